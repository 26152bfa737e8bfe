import RangeMapCore

/// What a row gave: its time, and a sum over what it found, which must be the same on both sides.
package struct RaceOutcome {
  package let nanoseconds: Double
  package var sum: UInt64 = 0
}

/// One side of a race: a subject, and how each row is run on it. All calls are those of `RangeMap`.
struct RaceLane<Subject: RangeMap & ~Copyable>: ~Copyable {
  let workload: Workload
  let configuration: MapConfiguration
  let makeMap: (MapConfiguration) throws(RangeMapError) -> Subject
  var tree: Subject
  var copy: Subject

  typealias Outcome = RaceOutcome

  init(
    workload: Workload, tracksGaps: Bool, makeMap: @escaping (MapConfiguration) throws(RangeMapError) -> Subject
  ) throws(RangeMapError) {
    let configuration = MapConfiguration(tracksGaps: tracksGaps, hasExternalLock: true)
    let tree = try makeMap(configuration)
    let copy = try makeMap(configuration)
    self.workload = workload
    self.configuration = configuration
    self.makeMap = makeMap
    self.tree = tree
    self.copy = copy
  }

  /// Runs a row. What has to be there before is made outside of the time measured.
  mutating func run(_ row: RaceRow) throws(RangeMapError) -> Outcome {
    switch row {
    case .ascendingStore: try storeAll(0..<UInt64(workload.count))
    case .randomLoad: loadAll()
    case .forwardIteration: iterate(.find, from: 0, limit: .max)
    case .backwardIteration: iterate(.previous, from: .max, limit: 0)
    case .gapSearch: try searchGaps()
    case .duplicate: try duplicate()
    case .destroyDuplicate: try destroyDuplicate()
    case .randomErase: try eraseHalf()
    case .destroy: destroy()
    case .randomStore: try storeAll(workload.order)
    case .duplicateAndReplace: try duplicateAndReplace()
    case .copyInBulk: try copyInBulk()
    }
  }

  /// Fills a new map; the one before is given up.
  mutating func storeAll(_ numbers: some Sequence<UInt64>) throws(RangeMapError) -> Outcome {
    tree = try makeMap(configuration)
    let watch = Stopwatch()
    for number in numbers {
      try tree.store(workload.entry(number), over: workload.range(number), policy: .maySleep)
    }
    return Outcome(nanoseconds: watch.nanoseconds(for: workload.count))
  }

  private func loadAll() -> Outcome {
    var sum: UInt64 = 0
    let watch = Stopwatch()
    for number in workload.order { sum &+= tree.load(workload.index(in: number))?.word ?? 0 }
    return Outcome(nanoseconds: watch.nanoseconds(for: workload.count), sum: sum)
  }

  private mutating func iterate(_ move: CursorMove, from start: UInt64, limit: UInt64) -> Outcome {
    var sum: UInt64 = 0
    tree.cursorSet(0, to: .single(start))
    let watch = Stopwatch()
    while let entry = tree.cursorMove(0, move, limit: limit) { sum = sum &* 3 &+ entry.word }
    let time = watch.nanoseconds(for: workload.count)
    // A cursor that stands somewhere would be paused by every write to come.
    tree.cursorSet(0, to: .single(0))
    return Outcome(nanoseconds: time, sum: sum)
  }

  private func searchGaps() throws(RangeMapError) -> Outcome {
    var sum: UInt64 = 0
    let watch = Stopwatch()
    for number in workload.order {
      sum &+= try tree.lowestGap(of: workload.gapSize, in: workload.window(from: number))
    }
    return Outcome(nanoseconds: watch.nanoseconds(for: workload.count), sum: sum)
  }

  /// How often what is short is done in one measurement: so often that the clock is fine enough, and no more, since a
  /// long measurement is seldom left alone by the machine's other work.
  var repetitions: Int { max(1, 20_000 / workload.count) }

  private mutating func duplicate() throws(RangeMapError) -> Outcome {
    // Nodes of the copy have been used before, on both sides: else one of them may pay for fresh pages.
    copy.removeAll()
    try tree.duplicate(into: &copy, policy: .maySleep)
    var total = 0.0
    for _ in 0..<repetitions {
      copy.removeAll()
      let watch = Stopwatch()
      try tree.duplicate(into: &copy, policy: .maySleep)
      total += watch.nanoseconds(for: workload.count)
    }
    return Outcome(nanoseconds: total / Double(repetitions))
  }

  private mutating func eraseHalf() throws(RangeMapError) -> Outcome {
    let half = workload.order.prefix(workload.count / 2)
    var sum: UInt64 = 0
    let watch = Stopwatch()
    for number in half { sum &+= try tree.erase(at: workload.index(in: number), policy: .maySleep)?.word ?? 0 }
    return Outcome(nanoseconds: watch.nanoseconds(for: half.count), sum: sum)
  }

  private mutating func destroyDuplicate() throws(RangeMapError) -> Outcome {
    var total = 0.0
    for _ in 0..<repetitions {
      copy.removeAll()
      try tree.duplicate(into: &copy, policy: .maySleep)
      let watch = Stopwatch()
      copy.removeAll()
      total += watch.nanoseconds(for: workload.count)
    }
    return Outcome(nanoseconds: total / Double(repetitions))
  }

  private mutating func destroy() -> Outcome {
    let watch = Stopwatch()
    tree.removeAll()
    return Outcome(nanoseconds: watch.nanoseconds(for: workload.count))
  }
}
