import Foundation
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Subjects
import Support
import Testing

@testable import Checking

@Suite("Exploring every state")
struct ExploreTests {
  private func work(
    indices: UInt64, gaps: Bool = false, rcu: Bool = false, folder: String? = nil, shard: (Int, Int) = (0, 1)
  ) -> ExploreWork {
    var work = ExploreWork()
    work.opening.configuration = MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: rcu, geometry: .tiny)
    work.domain = KeyRange(0, indices - 1)
    (work.folder, work.shard) = (folder, shard)
    return work
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = "\(FileManager.default.temporaryDirectory.path)/explore-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// How many contents there are of some indices and all that come after them: each begins a slot or goes on with one,
  /// and two slots of NULL are one. That is every other Fibonacci number.
  private func contents(indices: UInt64) -> UInt64 {
    var (entries, nulls): (UInt64, UInt64) = (1, 1)
    for _ in 0..<indices { (entries, nulls) = (2 * entries + nulls, entries + nulls) }
    return entries + nulls
  }

  @Test("of the oracle reaches as many as there are contents", arguments: [UInt64](1...5))
  func contents(_ indices: UInt64) throws {
    let report = try work(indices: indices).explore(.oracle)
    #expect(report.complaint == nil && report.findings.isEmpty)
    #expect(report.summary.runs == contents(indices: indices))
  }

  @Test("of our tree reaches no fewer, in each mode, and finds nothing", arguments: MapConfiguration.everyKind)
  func ownTree(_ configuration: MapConfiguration) throws {
    let (gaps, rcu) = (configuration.tracksGaps, configuration.usesReadCopyUpdate)
    let report = try work(indices: 4, gaps: gaps, rcu: rcu).explore(.maple)
    #expect(report.complaint == nil && report.findings.isEmpty)
    #expect(report.summary.runs >= contents(indices: 4))
    #expect(report.summary.refusals > 0 && report.summary.operations > 100 * report.summary.runs)
  }

  @Test("finds the canary's fault, and shrinks it to what the fault needs")
  func canary() throws {
    let report = try work(indices: 8).explore(.canary)
    let finding = try #require(report.findings.first?.finding)
    #expect(report.status == .violation)
    #expect(finding.script.operations.count <= 4 && !finding.script.operations.contains { $0.kind == .failAllocation })
  }

  @Test("in four parts comes to the counts of one")
  func shards() throws {
    let whole = try work(indices: 4).explore(.maple)
    try withFolder { folder in
      // Parts that do not wait for each other take turns.
      var turns = 0
      while try turns == 0 || ExploreWork.merge([folder]).complaint != nil {
        for shard in [2, 0, 3, 1] {
          var part = work(indices: 4, folder: folder, shard: (shard, 4))
          part.waits = false
          _ = try part.explore(.maple)
        }
        turns += 1
        try #require(turns < 20)
      }
      let merged = try ExploreWork.merge([folder])
      #expect(merged.summary.runs == whole.summary.runs && merged.summary.operations == whole.summary.operations)
      #expect(merged.summary.table == whole.summary.table)

      // A part that has not done the last levels may have states there, whatever the others have.
      let behind = ExploreFolder(root: folder, shard: 2, shards: 4)
      let levels = try behind.levels().count
      for level in levels - 2..<levels { behind.remove(behind.done(level)) }
      for shard in [0, 1, 3] {
        let other = behind.of(shard)
        let empty = ExploreLevel()
        for level in levels - 2..<levels { try other.write(empty, to: other.done(level)) }
      }
      #expect(try ExploreWork.merge([folder]).complaint?.contains("not finished: shard 3") == true)

      try FileManager.default.removeItem(atPath: "\(folder)/shard-2-of-4")
      #expect(try ExploreWork.merge([folder]).complaint?.contains("missing: shard 2 of 4") == true)
      var other = work(indices: 3, folder: folder, shard: (1, 4))
      other.waits = false
      // What it would go on with belongs to another exploration.
      _ = try? other.explore(.maple)
      #expect(throws: CommandFailure.self) { try ExploreWork.merge([folder]) }
    }
  }

  @Test("goes on with the pieces that are missing, and comes to the same")
  func resumed() throws {
    let whole = try work(indices: 4).explore(.maple)
    try withFolder { folder in
      var part = work(indices: 4, folder: folder)
      part.lastLevel = 2
      #expect(try part.explore(.maple).complaint?.contains("after level 2") == true)
      // As if it had been killed in the middle of a level.
      let place = ExploreFolder(root: folder, shard: 0, shards: 1)
      place.remove(place.done(2))
      place.remove(place.counts(2, piece: 0))
      part.lastLevel = nil
      let resumed = try part.explore(.maple)
      #expect(resumed.complaint == nil && resumed.text.contains("resumed"))
      #expect(resumed.summary.runs == whole.summary.runs && resumed.summary.operations == whole.summary.operations)
    }
  }

  @Test("goes on with nothing else in a folder than with what was begun there")
  func otherSettings() throws {
    try withFolder { folder in
      _ = try work(indices: 2, folder: folder).explore(.maple)
      #expect(throws: CommandFailure.self) { try work(indices: 3, folder: folder).explore(.maple) }
      #expect(throws: CommandFailure.self) { try work(indices: 2, folder: folder).explore(.oracle) }
    }
  }

  @Test("keeps to the same states if few of them can be remembered")
  func littleMemory() throws {
    let whole = try work(indices: 5).explore(.maple)
    var part = work(indices: 5)
    part.seenMemory = 0
    let report = try part.explore(.maple)
    #expect(report.summary.runs == whole.summary.runs && report.summary.table == whole.summary.table)
  }

  @Test("counts nothing as whole that ended early")
  func levels() throws {
    var part = work(indices: 4)
    part.lastLevel = 1
    let report = try part.explore(.maple)
    #expect(report.status == .undecided && report.summary.runs == 15)
  }
}

@Suite("One state of an exploration")
struct StateExplorerTests {
  private func explorer() -> StateExplorer<MapleTreeSubject> {
    let opening = Script(configuration: MapConfiguration(geometry: .tiny))
    let steps = ExploreSteps(domain: KeyRange(0, 3), isOpen: true, tracksGaps: false)
    return StateExplorer(opening, steps, skipping: []) { MapleTreeSubject(configuration: $0) }
  }

  @Test("that its steps make otherwise is a finding, and one that they make so is none")
  func sameState() throws {
    var explorer = explorer()
    guard case .state(let empty) = explorer.begin() else {
      Issue.record("no first state")
      return
    }
    var reached: [StateKey: UInt16] = [:]
    #expect(explorer.expand([], empty) { reached[$0] = reached[$0] ?? $1 } == nil)
    #expect(reached.count == 14 && reached[empty] == nil)
    for (key, step) in reached { #expect(explorer.expand([step], key) { _, _ in } == nil) }
    let step = try #require(reached.first?.value)
    let finding = try #require(explorer.expand([step], empty) { _, _ in })
    #expect(finding.violation.kind == .treesDiffer && finding.script.operations.count >= 1)
  }

  @Test("has each of its stores refused in turn, and the state stays as it was")
  func refusals() throws {
    var explorer = explorer()
    guard case .state(let empty) = explorer.begin() else { return }
    _ = explorer.expand([], empty) { _, _ in }
    // A store over some of the indices makes a root: one node. A store over all, or of NULL, makes none.
    #expect(explorer.counts.refusals > 20 && explorer.counts.refusals < explorer.counts.transitions / 2)
  }
}

@Suite("Files of states")
struct StateFileTests {
  @Test("are joined in order, each key once, and without what is older")
  func join() throws {
    let folder = "\(FileManager.default.temporaryDirectory.path)/states-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in 0..<5 {
      var reached = ReachedStates()
      reached.begin([UInt16(file)])
      for word in stride(from: UInt64(file), to: 3000, by: 3) {
        reached.add(StateKey(high: word &* 0x9e37_79b9_7f4a_7c15, low: word), by: UInt16(word % 7))
      }
      reached.settle()
      try reached.write(to: "\(folder)/\(file)", ofOwner: 0, of: 1)
    }
    var merge = try StateMerge((0..<5).map { "\(folder)/\($0)" }, level: 2)
    var (keys, records) = ([StateKey](), 0)
    while let record = try merge.least() {
      records += 1
      let key = StateRecord.key(record)
      // Of equal keys the one with the least steps comes first.
      if keys.last != key { #expect(StateRecord.path(record)[0] == UInt16(key.low % 3)) }
      if keys.last != key { keys.append(key) }
      try merge.advance()
    }
    #expect(keys.count == 3000 && keys == keys.sorted() && records > 4900)
  }

  @Test("of another length are refused")
  func otherLength() throws {
    let path = "\(FileManager.default.temporaryDirectory.path)/states-\(UUID().uuidString)"
    try Data(count: 17).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: CommandFailure.self) { _ = try StateReader(path, level: 0) }
  }

  @Test("The table of known states forgets none that it has room for, and invents none")
  func seen() {
    let seen = SeenStates(bytes: 1 << 20)
    for word in 0..<100_000 as Range<UInt64> { seen.insert(StateKey(high: word, low: word &* 77)) }
    #expect(seen.count > 16_000 && seen.count < 100_000)
    let known = (0..<100_000 as Range<UInt64>).count { seen.contains(StateKey(high: $0, low: $0 &* 77)) }
    #expect(known == seen.count)
    #expect(!seen.contains(StateKey(high: 1, low: 76)))
  }

  @Test("Keys tell words apart, and their order")
  func keys() {
    var keys: Set<StateKey> = []
    for first in 0..<40 as Range<UInt64> {
      for second in 0..<40 as Range<UInt64> {
        keys.insert(StateKey([first, second], and: 0))
        keys.insert(StateKey([first, second, 0], and: 0))
      }
    }
    #expect(keys.count == 3200)
  }
}

extension MapConfiguration {
  fileprivate static let everyKind = [false, true].flatMap { gaps in
    [false, true].map { MapConfiguration(tracksGaps: gaps, usesReadCopyUpdate: $0, geometry: .tiny) }
  }
}
