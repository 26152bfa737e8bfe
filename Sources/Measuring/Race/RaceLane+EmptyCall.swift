import RangeMapCore

extension RaceLane where Subject: ~Copyable {
  /// Nanoseconds of calls that find nothing to do, one of each: for each the least of some measurements, since what
  /// disturbs a call only makes it longer.
  mutating func time(of calls: [EmptyCall]) throws(RangeMapError) -> Double {
    var total = 0.0
    for call in calls {
      var least = try time(of: call)
      for _ in 0..<9 { least = min(least, try time(of: call)) }
      total += least
    }
    return total
  }

  private mutating func time(of call: EmptyCall) throws(RangeMapError) -> Double {
    let count = 20_000
    let end = UInt64(workload.count) * 10
    var map = try makeMap(configuration)
    var sum: UInt64 = 0
    let watch = Stopwatch()
    for number in 0..<UInt64(count) {
      switch call {
      case .read: sum &+= map.load(number)?.word ?? 0
      case .step: sum &+= map.cursorMove(0, .find, limit: .max)?.word ?? 0
      case .write: sum &+= try map.erase(at: number, policy: .maySleep)?.word ?? 0
      case .lookBehind:
        var index = end
        sum &+= tree.find(&index, through: .max)?.word ?? 0
      }
    }
    let time = watch.nanoseconds(for: count)
    precondition(sum == 0, "a call that should find nothing found an entry")
    return time
  }
}
