import Glibc
import Synchronization

/// Ctrl-C: the first asks the work to stop, the second ends the program at once.
package enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the work should stop.
  package static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Begins to listen.
  package static func listen() {
    // The flag is made before the handler may run, for making it is nothing that a handler may do.
    flag.store(false, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Interruption.flag.store(true, ordering: .relaxed) }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    sigaction(SIGINT, &action, nil)
    // Whoever started this program may have had the signal blocked, which is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
