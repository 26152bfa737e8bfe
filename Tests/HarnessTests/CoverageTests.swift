import Harness
import Operations
import Testing

@Suite("The coverage table")
struct CoverageTests {
  private var table: CoverageTable {
    var table = CoverageTable()
    table.add(7, to: "store split height 2 rcu")
    table.add(0, to: "store append")
    table.add(1200, to: "dup")
    return table
  }

  @Test("is aligned and in the order of the names")
  func text() {
    #expect(
      table.text == """
        dup                       1200
        store append                 0
        store split height 2 rcu     7

        """)
    #expect(CoverageTable().text == "")
  }

  @Test("adds up with another")
  func merges() {
    var sum = table
    sum.merge(table)
    #expect(sum["store split height 2 rcu"] == 14)
    #expect(sum["store append"] == 0)
    #expect(sum.cells.count == 3)
  }

  @Test("is compared with a floor")
  func floor() throws {
    let text =
      "# what must be reached\nstore split height 2 rcu 7\n\n  dup \t 1201 # more\nstore append 1\nnever made 3\n"
    let floor = try CoverageFloor.parse(Array(text.utf8), file: "floor")
    #expect(floor.cells.map(\.name) == ["store split height 2 rcu", "dup", "store append", "never made"])
    let unreached = floor.unreached(in: table)
    #expect(unreached.map(\.name) == ["dup", "store append", "never made"])
    #expect(unreached.map(\.minimum) == [1201, 1, 3])
    #expect(unreached.map(\.count) == [1200, 0, 0])
  }

  @Test(
    "has floors whose faults are told by line and column",
    arguments: [
      ("alone\n", "floor:1:6: expected a minimum after the name, found the end of the line"),
      ("a 1\nstore many\n", "floor:2:7: expected a minimum of 1 or more, found `many`"),
      ("a 0\n", "floor:1:3: expected a minimum of 1 or more, found `0`"),
      ("a -1\n", "floor:1:3: expected a minimum of 1 or more, found `-1`"),
      ("a b 1\n# c\n  a  b 2", "floor:3:3: expected a cell that was not named before, found `a b`"),
    ])
  func floorErrors(_ text: String, _ message: String) {
    let error = #expect(throws: ScriptError.self) { try CoverageFloor.parse(Array(text.utf8), file: "floor") }
    #expect(error?.description == message)
  }
}
