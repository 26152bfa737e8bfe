import AddressSpaceModel
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@testable import Scenarios

private let makeTree: @Sendable (MapConfiguration) -> MapleTreeSubject = { MapleTreeSubject(configuration: $0) }

@Suite("Shrinking of fork scripts")
struct ForkShrinkTests {
  /// A long scenario that breaks what a script of two lines in the corpus breaks: 60 areas with flags, files and
  /// touched pages, of which the 40th is not charged.
  private func scenario() throws -> ForkScenario {
    var lines = ["fork 1"]
    for number in 1...60 {
      let first = UInt64(number) << 16
      let range = "0x\(String(first, radix: 16))...0x\(String(first + 0x2fff, radix: 16))"
      lines.append("vma \(range) write\(number % 3 == 0 ? " policy" : "")")
      lines.append("touch \(range)")
    }
    lines += ["fork B", "fork B fail 40 of charge observe migration", "fork B", ""]
    return try ForkScenario.parse(Array(lines.joined(separator: "\n").utf8), file: "long")
  }

  private func fails(_ scenario: ForkScenario) -> Bool {
    scenario.run(makeMap: makeTree).laws.contains(.observersSeeOnlyLiveVmas)
  }

  private func shrink(
    _ scenario: ForkScenario, _ limits: ShrinkLimits, fails: (ForkScenario) -> Bool
  ) -> ShrinkResult<ForkScenario> {
    Shrinker.shrink(scenario, limits: limits, hint: { $0.steps(makeMap: makeTree) }) {
      fails($0) ? $0.operations.count : nil
    }
  }

  @Test func longScriptBecomesTheKnownMinimumInFewTrials() throws {
    let long = try scenario()
    #expect(long.operations.count > 100 && fails(long))
    let shrunk = shrink(long, ShrinkLimits(attempts: 1_000), fails: fails)
    let minimum = try ForkCorpusTests.scenario("b-migration-meets-empty-child.fork")
    #expect(shrunk.script.operations.count == minimum.operations.count, "\(shrunk.script.text)")
    #expect(fails(shrunk.script) && shrunk.stop == nil)
    #expect(shrunk.attempts <= 200, "\(shrunk.attempts)")
  }

  @Test func bestSoFarIsKeptWhenItIsAskedToStop() throws {
    let long = try scenario()
    var trials = 0
    var told = 0
    let limits = ShrinkLimits(shouldStop: { trials >= 12 }, progress: { (count, _) in told = count })
    let shrunk = shrink(long, limits) {
      trials += 1
      return fails($0)
    }
    #expect(shrunk.stop == .asked && told == shrunk.attempts)
    #expect(shrunk.script.operations.count < long.operations.count && fails(shrunk.script))
  }

  @Test func stepsAreCountedOfTheKindThatFails() throws {
    let text = "fork 1\nvma 0x1000...0x1fff write\nvma 0x3000...0x3fff write\nfork 6.1 fail 1 of charge\n"
    let scenario = try ForkScenario.parse(Array(text.utf8), file: "two")
    #expect(scenario.steps(makeMap: makeTree) == 2)
  }
}
