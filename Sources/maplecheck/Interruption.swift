import Glibc
import Harness
import Synchronization

/// Ctrl-C: the first asks the work to stop, the second ends the program at once.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether the work should stop.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Begins to listen.
  static func listen() {
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

/// A crash of the subject: which run it was is said before the program ends, for the crash leaves no script.
enum CrashNote {
  private static let seed = Atomic<UInt64>(0)

  /// Keeps the seed of the run that begins now.
  static func willRun(seed: UInt64) { self.seed.store(seed, ordering: .relaxed) }

  /// Begins to listen. The signal then does what it would have done.
  static func listen() {
    seed.store(0, ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in CrashNote.tell() }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] { sigaction(signal, &action, nil) }
  }

  /// Writes the seed in decimal digits, without allocating.
  private static func tell() {
    var line = (UInt64(0), UInt64(0), UInt64(0))
    withUnsafeMutableBytes(of: &line) { digits in
      var place = digits.count
      var rest = seed.load(ordering: .relaxed)
      repeat {
        place -= 1
        digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      let text: StaticString = "\nthe subject crashed; to see it again: the same command with --seed "
      _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      _ = Glibc.write(STDERR_FILENO, digits.baseAddress! + place, digits.count - place)
      _ = Glibc.write(STDERR_FILENO, "\n", 1)
    }
  }
}
