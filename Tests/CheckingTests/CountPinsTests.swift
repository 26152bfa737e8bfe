import Harness
import Testing

@testable import Checking
@testable import Proofs

@Suite("Pinned counts")
struct CountPinsTests {
  private func pins(of subject: String) -> CountPins {
    var verdicts = ExpectedVerdicts()
    verdicts.readers = ["Linux 7.3.4": ["exact-fit": 5, "slot-store": 7]]
    return CountPins(verdicts, \.readers, of: subject)
  }

  private func table(_ counts: [String: UInt64]) -> CoverageTable {
    var table = CoverageTable()
    for (name, count) in counts { table.add(count, to: name) }
    return table
  }

  @Test("differ if a count is another, if a cell is new, and if it was not reached")
  func differences() {
    let pins = pins(of: "Linux 7.3.4")
    let cells = ["exact-fit", "slot-store"]
    #expect(pins.isPinned && pins.differences(table(["exact-fit": 5, "slot-store": 7]), cells: cells).isEmpty)
    #expect(
      pins.differences(table(["exact-fit": 6]), cells: cells + ["new-root"]) == [
        "exact-fit: expected 5, found 6", "new-root: expected nothing, found 0", "slot-store: expected 7, found 0",
      ])
  }

  @Test("are of one subject")
  func otherSubject() { #expect(!pins(of: "Linux 7.3.5").isPinned) }
}
