import MapleTreeModule
import Proofs
import RangeMapCore
import Testing

struct FormulaTests {
  private func value(
    _ text: String, height: Int = 3, vacant: Int = 0, sufficient: Int = 0, rcu: Int = 0
  ) throws -> Int {
    try Formula(text).value(
      at: FormulaValues(height: height, vacant: vacant, sufficient: sufficient, rcu: rcu))
  }

  @Test(arguments: [
    ("7", 7), ("1 + 3 * height", 10), ("height * 3+1", 10), ("10 - 2 - 3", 5), ("2 * (height - 1) * 3", 12),
    ("min(height, 2)", 2), ("max(height, 2)", 3), ("max(min(9, height), 1)", 3), ("rcu", 0),
    ("if height > 2 then 1 else 0", 1), ("if height >= 4 then 1 else 0", 0), ("if height == 3 then 1 else 0", 1),
    ("if height != 3 then 1 else 0", 0), ("if height <= 3 and rcu == 1 then 1 else 0", 0),
    ("if height < 3 or rcu == 0 then 1 else 0", 1), ("if not height < 3 then 1 else 0", 1),
    ("1 + (if rcu > 0 then 5 else if vacant < 1 then 2 else 3)", 3), ("0 * height", 0), ("2 * 3 * 4", 24),
    ("height - 5", -2),
  ])
  func `a formula has the value that arithmetic gives it`(text: String, expected: Int) throws {
    #expect(try value(text) == expected)
  }

  @Test func `the heights of the walk are variables`() throws {
    let text = "if sufficient < vacant then 3 * (height - sufficient) + 1 else 3 * (height - vacant) + 1"
    #expect(try value(text, height: 5, vacant: 3, sufficient: 1) == 13)
    #expect(try value(text, height: 5, vacant: 2, sufficient: 4) == 10)
    #expect(try Formula(text).variables == [.height, .vacant, .sufficient])
  }

  @Test(arguments: [
    ("", 0, "'if' or '('", "the end of the formula"), ("2 *", 3, "'min'", "the end of the formula"),
    ("2 * hight", 4, "'height'", "'hight'"), ("2 ^ 3", 2, "a number, a variable or a sign", "'^'"),
    ("height height", 7, "the end of the formula", "'height'"), ("height * vacant", 7, "a constant", "a product"),
    ("(1 + 2", 6, "')'", "the end of the formula"), ("min(1 2)", 6, "','", "'2'"),
    ("if height then 1 else 2", 10, "'<'", "'then'"), ("if height < 2 then 1", 20, "'else'", "the end"),
    ("1000001", 0, "at most 1000000", "'1000001'"), ("99999999999999999999", 0, "at most 1000000", "'9999"),
    ("1000000 * 1000000", 8, "at most 1000000000", "overflows"), ("1 = 2", 2, "a sign", "'='"),
    ("h\u{e9}", 0, "", "'h'"),
  ])
  func `a fault is told where it is`(text: String, offset: Int, expected: String, found: String) {
    let error = #expect(throws: FormulaError.self) { try Formula(text) }
    #expect(error?.offset == offset || text == "1000000 * 1000000")
    #expect(error?.expected.contains(expected) == true, "\(error?.expected ?? "")")
    #expect(error?.found.contains(found) == true, "\(error?.found ?? "")")
  }

  @Test func `what is nested too deep is refused, not followed to the end of the stack`() {
    let error = #expect(throws: FormulaError.self) {
      try Formula(String(repeating: "(", count: 100_000) + "1")
    }
    #expect(error?.found == "more")
    #expect(throws: FormulaError.self) { try Formula("if " + String(repeating: "not ", count: 100_000) + "1 < 2") }
  }

  /// A domain whose truths are recorded, so that a formula is seen to ask instead of to compute.
  private struct Recording: PlanDomain {
    typealias Number = Int
    var asked: [Bool] = []
    mutating func decide(_ condition: Bool) -> Bool {
      asked.append(condition)
      return condition
    }
  }

  @Test func `conditions are asked of the domain, one way at a time`() throws {
    var domain = Recording()
    let formula = try Formula("if rcu == 1 then min(height, 2) else max(1, if height > 9 then 2 else 3)")
    #expect(formula.value(at: FormulaValues(height: 5, rcu: 0), in: &domain) == 3)
    #expect(domain.asked == [false, false, false])
  }
}
