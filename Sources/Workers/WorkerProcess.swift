import CWorker
import Glibc

/// A child of this process that does a piece of work and may die of it.
///
/// It is a fork and nothing else, so that what was loaded is there and costs nothing. Only a process of one thread can
/// be forked so.
package final class WorkerProcess {
  package let page: WorkerPage
  /// What it said.
  package private(set) var bytes: [UInt8] = []
  let process: pid_t
  /// Where it is read from.
  let descriptor: Int32
  private let errors: Int32
  private let limits: WorkerLimits
  private let firstBytes: UInt64
  private var movement: UInt64
  private var moved: (processor: Double, at: ContinuousClock.Instant)
  /// When it was last held to its limits.
  private var looked = ContinuousClock.now
  private var verdict: WorkerEnding?

  /// Whether this process can be forked: it has one thread.
  package static var isPossible: Bool {
    guard let folder = opendir("/proc/self/task") else { return false }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) { if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 } }
    return count == 1
  }

  /// Starts the work; `nil` where the system has no process for it.
  package init?(limits: WorkerLimits, body: (WorkerOutput) -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    page = WorkerPage()
    self.limits = limits
    errors = maplecheck_memory_file()
    descriptor = ends[0]
    let parent = getpid()
    process = maplecheck_fork()
    if process == 0 {
      close(ends[0])
      if errors >= 0 { dup2(errors, STDERR_FILENO) }
      // The limit is there for what the parent is too slow to see.
      maplecheck_begin_child(
        parent, limits.bytes * 2,
        maplecheck_last_words(signal: page.address(of: .signal), stack_is_used_up: page.address(of: .stackIsUsedUp)))
      body(WorkerOutput(page: page, descriptor: ends[1], collect: { _ in }, isAskedToStop: { false }))
      page[.isDone] = 1
      maplecheck_leave(0)
    }
    close(ends[1])
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    firstBytes = Self.residentBytes(of: getpid())
    movement = 0
    moved = (0, .now)
    if process < 0 {
      discard()
      return nil
    }
  }

  /// Reads what there is; `false` where the worker said its last.
  func read() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { chunk in
      while true {
        let count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
        if count > 0 {
          bytes += chunk[..<count]
        } else if count == 0 {
          return false
        } else if errno != EINTR {
          return errno == EAGAIN
        }
      }
    }
  }

  /// Ends the worker if it passed a limit. It is looked at some times a second, and not after each message.
  func enforceLimits() {
    let now = ContinuousClock.now
    guard verdict == nil, now - looked >= .milliseconds(10) else { return }
    looked = now
    let taken = Self.residentBytes(of: process)
    if taken > firstBytes + limits.bytes { return end(.tookMemory(bytes: limits.bytes)) }
    let processor = maplecheck_processor_seconds(process)
    if page.movement != movement {
      movement = page.movement
      moved = (processor, now)
    } else if processor - moved.processor >= limits.callSeconds {
      end(.stuck(seconds: limits.callSeconds))
    } else if now - moved.at >= .seconds(limits.callSeconds), Self.isAsleep(process) {
      // A call that waits for what never comes uses no processor time.
      if processor - moved.processor < limits.callSeconds / 10 { end(.stuck(seconds: limits.callSeconds)) }
    }
  }

  /// Ends the worker at once.
  func end(_ verdict: WorkerEnding) {
    self.verdict = verdict
    kill(process, SIGKILL)
  }

  /// Waits for the end, which has come or is near.
  func wait() -> WorkerEnding {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    if let verdict { return verdict }
    let signal = status & 0x7f
    if signal != 0 { return .killed(signal: signal, stackIsUsedUp: page[.stackIsUsedUp] != 0) }
    return page[.isDone] != 0 ? .finished : .exited(status: status >> 8 & 0xff)
  }

  /// Waits for the end of the work and of the worker, and holds it to its limits.
  /// - Parameter shouldEnd: asked some times a second: whether to end it now.
  package func finish(shouldEnd: () -> Bool = { false }) -> WorkerEnding {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      if poll(&events, 1, 10) > 0 {
        if !read() { return wait() }
      } else {
        enforceLimits()
        if shouldEnd() { end(.stopped) }
      }
    }
  }

  /// What it wrote to the error stream: the last of it.
  package func errorText(limit: Int = 4096) -> String {
    guard errors >= 0 else { return "" }
    let size = lseek(errors, 0, SEEK_END)
    var text = [UInt8](repeating: 0, count: min(limit, max(0, Int(size))))
    let count = text.withUnsafeMutableBytes { pread(errors, $0.baseAddress, $0.count, size - off_t($0.count)) }
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
  }

  private func discard() {
    close(descriptor)
    if errors >= 0 { close(errors) }
    page.free()
  }

  deinit { if process > 0 { discard() } }

  private static func residentBytes(of process: pid_t) -> UInt64 {
    let fields = text(of: "/proc/\(process)/statm").split(separator: " ")
    // Without the pages of files, and of memory that processes share.
    guard fields.count > 2, let resident = UInt64(fields[1]), let shared = UInt64(fields[2]) else { return 0 }
    return (resident - min(resident, shared)) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func isAsleep(_ process: pid_t) -> Bool {
    let text = text(of: "/proc/\(process)/stat")
    guard let end = text.lastIndex(of: ")") else { return false }
    return text[end...].dropFirst(2).first.map { $0 == "S" || $0 == "D" } ?? false
  }

  private static func text(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 512)
    let count = text.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
    return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
  }
}
