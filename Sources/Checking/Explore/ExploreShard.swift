import Foundation
import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// One part of an exploration: the states whose keys are its own, level by level, which is by the number of steps that
/// lead to them.
///
/// A level is done in pieces. Each piece is a process, which writes down the states that it reached, in order, by the
/// part that they belong to. When all parts are done with a level, each joins what was written for it, and leaves out
/// what it has reached before. The rest is its next level. What is written is whole, so that a part that was killed
/// goes on with the pieces that are missing, and comes to the same.
struct ExploreShard<Map: ShapedRangeMap & ~Copyable> {
  var folder: ExploreFolder
  var opening: Script
  var steps: ExploreSteps
  var limits: CheckLimits
  /// Bytes for the keys of states that were reached.
  var seenBytes: Int
  /// The last level that is done; `.max` for all.
  var lastLevel: Int
  /// Whether it waits for the other parts, and does not end if they are behind.
  var waits: Bool
  /// What the subject does not have.
  var skippedKinds: Set<OperationKind>
  var makeMap: (MapConfiguration) -> Map

  /// States of a piece.
  static var pieceStates: Int { 1024 }
  /// Files that are joined at once.
  static var mostJoined: Int { 200 }

  /// What came of a piece.
  private struct Piece: Codable {
    var counts = ExploreCounts()
    var finding: Finding<Script>?
    /// Why it is not whole; nil if it is.
    var complaint: String?
  }

  /// What came of it all.
  struct Result {
    var levels: [ExploreLevel] = []
    var finding: Finding<Script>?
    /// Why it is not whole; nil if it is.
    var complaint: String?
  }

  /// Explores until nothing new is reached.
  func run() throws(CommandFailure) -> Result {
    var result = Result()
    let seen = SeenStates(bytes: seenBytes)
    var meter = limits.progress
    try begin()
    while true {
      let level = result.levels.count
      let states = try load(level, into: seen)
      var done = ExploreLevel()
      if let stored: ExploreLevel = try folder.read(folder.done(level)) {
        done = stored
      } else {
        let outcome = try explore(level, states: states, seen, meter, &done, result.levels)
        (result.finding, result.complaint) = (outcome.finding, outcome.complaint)
        if result.finding != nil || result.complaint != nil {
          // What was done of it counts.
          result.levels.append(done)
          return result
        }
        try folder.write(done, to: folder.done(level))
      }
      result.levels.append(done)
      guard let reached = try wait(for: level, &meter, &result.complaint) else { return result }
      removeReached(level - 1, result.levels)
      if reached == 0 { return result }
      if level == lastLevel {
        result.complaint = "ended after level \(level), as --levels says"
        return result
      }
      if !folder.exists(folder.states(level + 1)) { try join(level, seen) }
    }
  }

  /// Writes the first level: the first state, if it belongs here.
  private func begin() throws(CommandFailure) {
    try folder.makeFolder(0)
    if folder.exists(folder.states(0)) { return }
    let first = limits.sharing.apart { _ -> Piece in
      var explorer = StateExplorer(opening, steps, skipping: skippedKinds, makeMap: makeMap)
      switch explorer.begin() {
      case .broken(let finding): return Piece(finding: finding)
      case .state(let key):
        return Piece(counts: ExploreCounts(states: key.high, transitions: key.low))
      }
    }
    guard let piece = first.value, piece.finding == nil else {
      throw CommandFailure("the opening does not come to its end: maplecheck replay says what is wrong with it")
    }
    let key = StateKey(high: piece.counts.states, low: piece.counts.transitions)
    var writer = try StateWriter(folder.states(0))
    if key.owner(of: folder.shards) == folder.shard {
      var bytes: [UInt8] = []
      StateRecord.append(key, to: &bytes)
      try writer.append(bytes)
    }
    try writer.finish()
  }

  /// Notes the states of a level as seen, and returns how many there are.
  private func load(_ level: Int, into seen: SeenStates) throws(CommandFailure) -> Int {
    let reader = try StateReader(folder.states(level), level: level)
    var count = 0
    while let record = try reader.current() {
      seen.insert(StateRecord.key(record))
      count += 1
      reader.advance()
    }
    return count
  }

  // MARK: A level

  private func explore(
    _ level: Int, states: Int, _ seen: SeenStates, _ meter: ProgressMeter, _ done: inout ExploreLevel,
    _ before: [ExploreLevel]
  ) throws(CommandFailure) -> (finding: Finding<Script>?, complaint: String?) {
    done.pieces = (states + Self.pieceStates - 1) / Self.pieceStates
    let left = limits.timeLimit.map { max(0, $0 - meter.seconds) }
    var shared = SharedRuns(sharing: limits.sharing, count: done.pieces, timeLimit: left, noun: "transitions")
    // How far the level is: a state has about as many transitions as those before it.
    var earlier = ExploreCounts()
    for level in before { earlier.add(level.counts) }
    shared.expected = earlier.states > 0 ? UInt64(states) * (earlier.transitions / earlier.states) : nil
    shared.noun = "transitions of \(states) states at level \(level), after \(earlier.states) states"
    shared.progress = ProgressMeter()
    var (counts, taken) = (ExploreCounts(), 0)
    var (finding, complaint) = (Finding<Script>?.none, String?.none)
    let report = shared.run(
      make: { explore(level, piece: Int($0), states: states, seen, $1) }, amount: { $0.counts.transitions },
      take: { number, outcome in
        switch outcome {
        case .done(let piece):
          finding = piece.finding
          complaint = piece.complaint
          if finding == nil && complaint == nil { taken += 1 }
          counts.add(piece.counts)
        case .ended(let end): finding = found(end, at: level)
        }
        return finding == nil && complaint == nil
      })
    done.counts = counts
    done.seconds = report.seconds
    if finding == nil && complaint == nil && taken < done.pieces {
      complaint = report.wasInterrupted ? "interrupted at level \(level)" : "out of time at level \(level)"
    }
    return (finding, complaint)
  }

  /// Explores the states of a piece, and writes down what they lead to.
  private func explore(
    _ level: Int, piece: Int, states: Int, _ seen: SeenStates, _ context: RunContext
  ) -> Piece {
    do throws(CommandFailure) {
      if let counts: ExploreCounts = try folder.read(folder.counts(level, piece: piece)) {
        return Piece(counts: counts)
      }
      var explorer = StateExplorer(opening, steps, skipping: skippedKinds, watch: context.watch, makeMap: makeMap)
      if case .broken(let finding) = explorer.begin() { return Piece(finding: finding) }
      let reader = try StateReader(folder.states(level), level: level)
      reader.seek(to: piece * Self.pieceStates)
      var reached = ReachedStates()
      for _ in 0..<min(Self.pieceStates, states - piece * Self.pieceStates) {
        guard let record = try reader.current() else { break }
        let (key, path) = (StateRecord.key(record), StateRecord.path(record))
        if context.shouldStop() { return Piece(counts: explorer.counts, complaint: "interrupted at level \(level)") }
        reached.begin(path)
        let finding = explorer.expand(path, key) { if !seen.contains($0) { reached.add($0, by: $1) } }
        if let finding { return Piece(counts: explorer.counts, finding: finding) }
        context.progress(explorer.counts.transitions)
        reader.advance()
      }
      reached.settle()
      for owner in 0..<folder.shards {
        try reached.write(to: folder.reached(level, piece: piece, owner: owner), ofOwner: owner, of: folder.shards)
      }
      var counts = explorer.counts
      counts.sent = UInt64(reached.count)
      try folder.write(counts, to: folder.counts(level, piece: piece))
      return Piece(counts: counts)
    } catch {
      return Piece(complaint: error.description)
    }
  }

  /// What was found by a piece that ended its process.
  private func found(_ end: RunEnd, at level: Int) -> Finding<Script>? {
    guard let reader = try? StateReader(folder.states(level), level: level) else { return nil }
    reader.seek(to: Int(end.number) * Self.pieceStates + max(0, Int(end.place.pass) - 1))
    guard let record = try? reader.current() else { return nil }
    let explorer = StateExplorer(opening, steps, skipping: skippedKinds, makeMap: makeMap)
    let script = explorer.script(StateRecord.path(record), at: end.place.operation)
    let place = WorkerPlace(pass: 0, operation: script.operations.count - 1, calls: 0)
    return Violation(end.ending, at: place, of: script).map { Finding(script: script, violation: $0) }
  }

  // MARK: Between two levels

  /// Waits until all parts are done with a level.
  /// - Returns: how many states it had in all parts; nil, with a complaint, if it is not waited for any longer.
  private func wait(
    for level: Int, _ meter: inout ProgressMeter, _ complaint: inout String?
  ) throws(CommandFailure) -> UInt64? {
    var total: UInt64 = 0
    for shard in 0..<folder.shards {
      let other = folder.of(shard)
      while true {
        if let done: ExploreLevel = try other.read(other.done(level)) {
          total += done.counts.states
          break
        }
        if other.exists(other.foundPath) {
          complaint = "\(other.foundPath) was found by another part, which ended with it"
          return nil
        }
        let isLate = limits.timeLimit.map { meter.seconds >= $0 } ?? false
        if !waits || isLate || Interruption.isRequested {
          complaint =
            "level \(level) of shard \(shard + 1) of \(folder.shards) is not done yet; run this again after it"
          return nil
        }
        usleep(20_000)
      }
    }
    return total
  }

  /// Joins what all parts reached for this one, and writes down what is new as the next level.
  private func join(_ level: Int, _ seen: SeenStates) throws(CommandFailure) {
    try folder.makeFolder(level + 1)
    var paths: [String] = []
    for shard in 0..<folder.shards {
      let other = folder.of(shard)
      let pieces = (try other.read(other.done(level)) as ExploreLevel?)?.pieces ?? 0
      for piece in 0..<pieces { paths.append(other.reached(level, piece: piece, owner: folder.shard)) }
    }
    // So many files at once are not opened.
    var number = 0
    while paths.count > Self.mostJoined {
      let joined = folder.joined(level, number)
      try write(StateMerge(Array(paths.prefix(Self.mostJoined)), level: level + 1), to: joined, olderThan: [])
      paths = paths.dropFirst(Self.mostJoined) + [joined]
      number += 1
    }
    let older = try (0...level).map { level throws(CommandFailure) in
      try StateReader(folder.states(level), level: level)
    }
    try write(StateMerge(paths, level: level + 1), to: folder.states(level + 1), olderThan: older)
    for joined in 0..<number { folder.remove(folder.joined(level, joined)) }
  }

  /// Writes the records of a merge, the first of each key, but for those whose key is in an older file.
  private func write(
    _ merge: consuming StateMerge, to path: String, olderThan older: [StateReader]
  ) throws(CommandFailure) {
    var merge = merge
    var writer = try StateWriter(path)
    var last: StateKey?
    while let record = try merge.least() {
      let key = StateRecord.key(record)
      if key != last {
        last = key
        var isOld = false
        for reader in older {
          while let other = try reader.current(), StateRecord.key(other) < key { reader.advance() }
          if let other = try reader.current(), StateRecord.key(other) == key { isOld = true }
        }
        if !isOld { try writer.append(record) }
      }
      try merge.advance()
    }
    try writer.finish()
  }

  /// Removes what this part reached at a level, for all have joined it.
  private func removeReached(_ level: Int, _ levels: [ExploreLevel]) {
    guard level >= 0 else { return }
    for piece in 0..<levels[level].pieces {
      for owner in 0..<folder.shards { folder.remove(folder.reached(level, piece: piece, owner: owner)) }
    }
  }
}
