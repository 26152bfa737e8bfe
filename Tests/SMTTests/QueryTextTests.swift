import Foundation
import SMT
import Testing

@Suite("Queries as text")
struct QueryTextTests {
  private static func isInstalled(_ command: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(command)") }
  }

  /// The command's answer to a query, line by line.
  private static func answer(of command: String, to text: String) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).smt2")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    // Foundation's `Process` leaks, which the leak checker reports.
    let pipe = try #require(popen("\(command) '\(file.path)' 2>&1", "r"))
    defer { pclose(pipe) }
    var output: [UInt8] = []
    while case let byte = getc(pipe), byte != EOF { output.append(UInt8(byte)) }
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Queries that use each operator, with the verdict that they must have.
  private static func queries() throws -> [(solver: Solver, isSatisfiable: Bool)] {
    try [false, true].flatMap { wants in
      let context = try SolverContext()
      let integers = try Solver(in: context)
      let (x, y) = (context.integer(named: "x"), context.integer(named: "slot 3"))
      try integers.add(x.divided(by: 3) .== y + (-4), named: "sum")
      try integers.add((x .> y).choose(x - y, else: 2 * y) .>= IntegerTerm(one: x .== 0), named: "sum")
      try integers.add(.!(x .== y) .| (x .<= -100), named: "distinct or low")
      try integers.add(x .< y, named: "x")
      if !wants { try integers.add(context.all([x .> 5, y .< 5])) }
      let truths = try Solver(in: context)
      try truths.addPigeons(5, holes: wants ? 5 : 4)
      return [(integers, wants), (truths, wants)]
    }
  }

  @Test(
    "the command z3 reads a query as it is written, and agrees with the library",
    .enabled(if: isInstalled("z3"), "the command z3 is not installed"))
  func z3Command() throws { try expectAgreement(of: "z3") }

  @Test(
    "the command cvc5 reads a query as it is written, and agrees with the library",
    .enabled(if: isInstalled("cvc5"), "the command cvc5 is not installed"))
  func cvc5Command() throws { try expectAgreement(of: "cvc5") }

  private func expectAgreement(of command: String) throws {
    for (solver, isSatisfiable) in try Self.queries() {
      switch try solver.check() {
      case .satisfiable: #expect(isSatisfiable)
      case .unsatisfiable: #expect(!isSatisfiable)
      case .unknown(let reason): Issue.record("\(reason)")
      }
      let text = try solver.queryText()
      #expect(try Self.answer(of: command, to: text) == [isSatisfiable ? "sat" : "unsat"], "\(text)")
    }
  }

  @Test("only the constants that it uses are declared, in the order of their making")
  func text() throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let (b, a) = (context.integer(named: "b"), context.integer(named: "a level"))
    _ = context.integer(named: "unused")
    try solver.add(a .> b, named: "order")
    try solver.add(a .< 4, named: "order")
    try solver.add(b .== -1)
    #expect(
      try solver.queryText() == """
        (set-option :produce-unsat-cores true)
        (set-logic ALL)
        (declare-const b Int)
        (declare-const |a level| Int)
        (assert (! (< b |a level|) :named order))
        (assert (! (< |a level| 4) :named order!2))
        (assert (= b (- 1)))
        (check-sat)

        """)
  }

  @Test("the same query gives the same text, whatever the context did before")
  func sameText() throws {
    func text(after work: Int) throws -> String {
      let context = try SolverContext()
      let solver = try Solver(in: context)
      for number in 0..<work {
        try solver.withScope {
          try solver.add(context.integer(named: "z") .> number)
          _ = try solver.check()
        }
      }
      let (x, y) = (context.integer(named: "x"), context.integer(named: "y"))
      var deep = x
      for number in 0..<40 { deep = (deep .> y).choose(deep + y, else: deep - number) + deep }
      try solver.add(deep .> y, named: "deep")
      return try solver.queryText()
    }
    let alone = try text(after: 0)
    #expect(alone.utf8.count < 20_000)
    #expect(try alone == text(after: 9))
  }
}
