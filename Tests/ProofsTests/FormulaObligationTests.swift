import Foundation
import Harness
import MapleTreeModule
import Operations
import Testing

@testable import Proofs

/// A prover that knows the answers, for tests of what is made of them.
private struct KnownBounds: BoundProver {
  /// What is added to the need of a kind, as a prover at fault would.
  var error: [StoreKind: Int] = [:]
  var undecided: Set<StoreKind> = []
  var asked: [String] = []

  func greatestHeight(algorithm: RebuildRule, tellsHeights: Bool) -> Int { tellsHeights ? 3 : 31 }

  mutating func needed(_ cell: WitnessCase, algorithm: RebuildRule, tellsHeights: Bool) throws -> NeededNodes? {
    asked.append(cell.name)
    if undecided.contains(cell.kind) { return nil }
    let height = cell.height
    let nodes =
      switch cell.kind {
      case .rootStore, .newRoot: 1
      case .exactFit, .append, .slotStore: 0
      case .nodeStore: cell.usesReadCopyUpdate ? 1 : 0
      case .splitStore: 2 * height + 1
      case .rebalance: 2 * height - 1
      case .spanningStore: 3 * height
      }
    let greatest = nodes + (error[cell.kind] ?? 0)
    guard tellsHeights else { return NeededNodes(groups: [.init(nodes: greatest)], paths: 2, witness: "known") }
    // A way with room at its end takes one node at the leaf level, and the one above it.
    return NeededNodes(
      groups: [.init(nodes: greatest), .init(vacant: height - 1, sufficient: 0, nodes: 3)], paths: 3)
  }
}

struct FormulaObligationTests {
  private func file(_ edit: (String) -> String = { $0 }) throws -> FormulaFile {
    try FormulaFile.parse(edit(FormulaFileTests.good), file: "test.toml")
  }

  private func rows(
    _ file: FormulaFile, heights: ClosedRange<Int> = 0...2, _ prover: KnownBounds = KnownBounds()
  ) throws -> [StoreKind: ProofReport] {
    var prover = prover
    let kinds = StoreKind.allCases.filter { heights.contains(where: $0.canOccur) }
    return try Dictionary(
      uniqueKeysWithValues: kinds.map {
        ($0, try FormulaObligations.report($0, file, heights: heights, prover: &prover))
      })
  }

  @Test func `formulas that are always met are tight, and shown by a script`() throws {
    let rows = try rows(file())
    #expect(rows.count == StoreKind.allCases.count)
    for (kind, row) in rows {
      #expect(row.verdict == .tight, "\(kind)")
      #expect(row.formula?.slackText == "0")
      #expect(row.weaknesses == [], "\(kind)")
      #expect(row.boundWitness?.script?.contains("as many as one can") == true)
    }
  }

  @Test func `what is left over at each height is told by the least and the greatest`() throws {
    let row = try #require(
      try rows(file { $0.replacingOccurrences(of: "\"3 * height\"", with: "\"4 * height\"") }, heights: 0...31)[
        .spanningStore])
    #expect(row.verdict == .sound)
    #expect(row.formula?.slackText == "2...31")
    #expect(row.formula?.heights == 0...31)
  }

  @Test func `one node too few is unsound, and a replayed script of the smallest tree shows it`() throws {
    let row = try #require(
      try rows(file { $0.replacingOccurrences(of: "2 * height + 1", with: "2 * height") })[.splitStore])
    #expect(row.verdict == .unsound)
    #expect(row.formula?.slack.lowerBound == -1)
    #expect(row.counterexample?.summary == "split-store-1-plain")
    let text = try #require(row.counterexample?.script)
    #expect(text.contains("takes 3 nodes.\n# test asks for 2: a violation."))
    let script = try ScriptText.parse(Array(text.utf8), file: "witness")
    #expect(WitnessReplay.violation(of: script, algorithm: .toTheRoot)?.kind == .tookMoreNodes)
  }

  @Test func `a formula that fails only in tall trees is unsound too, without a script`() throws {
    let text = "\"if height < 20 then 2 * height + 1 else 40\""
    let row = try #require(
      try rows(file { $0.replacingOccurrences(of: "\"2 * height + 1\"", with: text) }, heights: 0...31)[.splitStore])
    #expect(row.verdict == .unsound)
    #expect(row.formula?.cells.first { $0.slack < 0 }?.height == 20)
    #expect(row.counterexample == ProofWitness("known"))
  }

  @Test func `what the solver did not decide is undecided, unless one store is known that takes more`() throws {
    let undecided = try rows(file(), KnownBounds(undecided: [.rebalance]))
    #expect(undecided[.rebalance]?.verdict == .undecided)
    #expect(undecided[.splitStore]?.verdict == .tight)
  }

  @Test func `a prover that says less than the tree takes is found out by the script`() throws {
    let error = #expect(throws: WitnessError.self) {
      _ = try rows(file(), KnownBounds(error: [.spanningStore: -1]))
    }
    #expect(error?.description.contains("the prover says that a store takes at most 5 nodes") == true)
  }

  @Test func `a formula of the walk's heights is measured in each group of stores`() throws {
    let text = "\"2 * (height - vacant) + 1\""
    let row = try #require(
      try rows(file { $0.replacingOccurrences(of: "\"2 * height + 1\"", with: text) }, heights: 0...31)[.splitStore])
    #expect(row.formula?.heights == 0...3)
    #expect(row.verdict == .tight)
    let less = "\"2 * (height - vacant)\""
    let low = try #require(
      try rows(file { $0.replacingOccurrences(of: "\"2 * height + 1\"", with: less) })[.splitStore])
    #expect(low.verdict == .unsound)
  }

  @Test func `pins tell every change, what is missing and what is new`() throws {
    let found = Dictionary(uniqueKeysWithValues: try rows(file()).map { ("test/\($0)", $1.pin) })
    var pins = ExpectedVerdicts()
    pins[.bounds] = found
    #expect(pins.differences(.bounds, from: found, isComplete: true).isEmpty)
    #expect(try ExpectedVerdicts.parse(Array(JSONEncoder().encode(pins)), file: "x") == pins)
    pins[.bounds]["test/split-store"]?.paths += 1
    pins[.bounds]["test/append"] = nil
    pins[.bounds]["old/append"] = .init(verdict: .tight, paths: 1, slack: "0")
    let paths = found["test/split-store"]?.paths ?? 0
    #expect(
      pins.differences(.bounds, from: found, isComplete: true) == [
        "bounds/old/append: expected tight, slack 0, 1 path, found nothing",
        "bounds/test/append: expected nothing, found \(found["test/append"]?.description ?? "")",
        "bounds/test/split-store: expected tight, slack 0, \(paths + 1) paths, found tight, slack 0, \(paths) paths",
      ])
    #expect(pins.differences(.bounds, from: found, isComplete: false).count == 2)
    #expect(throws: ScriptError.self) { try ExpectedVerdicts.parse(Array("{".utf8), file: "x") }
  }
}
