import Operations
import RangeMapCore
import Readers
import SeededDefects
import Testing

/// A defect, the script that shows it, and the law that it breaks.
struct ReaderCase: CustomTestStringConvertible, Sendable {
  var defect: ReaderDefect
  var law: ReaderLaw
  var script: String
  var testDescription: String { defect.rawValue }

  func report(of defect: ReaderDefect?, passedBy: Set<KnownReaderFault> = []) throws -> ReaderReport {
    var limits = ReaderLimits()
    limits.passedBy = passedBy
    var runner = ReaderRunner(try parsed(script), limits: limits) { ShownArray(configuration: $0, defect: defect) }
    return runner.run()
  }
}

func parsed(_ lines: String) throws -> ReaderScript {
  try ReaderScript.parse(Array("readers 1\ntree gaps rcu\n\(lines)\n".utf8), file: "test")
}

private let loads = """
  order sequential
  store 2 a
  writer store 2 b
  reader 0 load 2
  """

private let cases = [
  ReaderCase(defect: .showsAnotherEntry, law: .heldAtSomeTime, script: loads),
  ReaderCase(
    defect: .clearsNeighbour, law: .missesNothing,
    script: "order sequential\nstore 3 a\nwriter store 2 b\nreader 0 find 3 through 9"),
  ReaderCase(
    defect: .searchesAgainFromZero, law: .inOrder,
    script: "order sequential\nstore 0 a\nwriter store 5 b\nreader 0 find 3 through 9"),
  ReaderCase(
    defect: .joinsTwoGaps, law: .gapAtSomeTime,
    script: "order sequential\nstore 2...15 a\nwriter store 0...1 b\nwriter store 2...3 -\n"
      + "reader 0 gap lowest 4 in 0...15"),
  ReaderCase(defect: .showsReservation, law: .reservationHidden, script: loads),
  ReaderCase(defect: .freesAtOnce, law: .noFreedNode, script: loads),
  ReaderCase(defect: .waitsForFormer, law: .ends, script: loads),
  ReaderCase(defect: .marksAsRead, law: .storesNothing, script: loads),
  ReaderCase(defect: .complains, law: .silent, script: loads),
  ReaderCase(
    defect: .publishesPlainly, law: .heldAtSomeTime,
    script: "order kernel\nstore 2 a\nwriter store 3 b\nreader 0 load 2"),
]

@Suite("Each law of readers")
struct ReaderLawTests {
  @Test("catches its defect, and nothing else does", arguments: cases)
  func isCaught(_ test: ReaderCase) throws {
    #expect(try test.report(of: test.defect).finding?.broken.law == test.law)
  }

  @Test("is silent if the defect is not there", arguments: cases)
  func isSilent(_ test: ReaderCase) throws {
    let report = try test.report(of: nil)
    #expect(report.finding == nil && report.complaint == nil && report.isExhaustive && report.interleavings > 1)
  }

  @Test("is not taken for a known fault of a kernel", arguments: cases)
  func isNotKnown(_ test: ReaderCase) throws {
    let report = try test.report(of: test.defect, passedBy: Set(KnownReaderFault.allCases))
    #expect(report.finding?.broken.law == test.law && report.known.isEmpty)
  }

  @Test("has a defect in these tests")
  func coversAll() {
    #expect(Set(cases.map(\.law)) == Set(ReaderLaw.allCases))
    #expect(Set(cases.map(\.defect)).union([.hidesStore]) == Set(ReaderDefect.allCases))
  }

  @Test("A store that is not shown is a complaint, for no interleaving would be right")
  func hiddenStore() throws {
    var test = cases[0]
    test.script = "order sequential\nstore 2 a\nwriter store 0 b\nreader 0 load 2"
    #expect(try test.report(of: .hidesStore).complaint?.contains("does not show all stores") == true)
  }
}
