#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The time that the processor spent on this thread since this was made: other processes do not add to it.
struct ProcessorTime {
  private let start = ProcessorTime.now()

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  /// Nanoseconds since this was made, without those that looking at the clock takes.
  func nanoseconds() -> Double {
    let end = ProcessorTime.now()
    let clock = ProcessorTime.now() - end
    return max(0, end - start - clock)
  }
}
