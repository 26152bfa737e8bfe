import SMT
import Testing

@Suite("Terms")
struct TermTests {
  private static let numbers = [-7, -1, 0, 1, 2, 5, 6]

  @Test("integers: each operator means what it means for Int", arguments: numbers, numbers)
  func integers(left: Int, right: Int) throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let (x, y) = (context.integer(named: "x"), context.integer(named: "y"))
    try solver.add(x .== left)
    try solver.add(y .== context.integer(right))
    let model = try solver.check().expectModel()
    #expect(try model.value(of: x + y) == left + right)
    #expect(try model.value(of: x - y) == left - right)
    #expect(try model.value(of: x - 3) == left - 3)
    #expect(try model.value(of: 3 * y) == 3 * right)
    #expect(try model.value(of: context.sum([x, y, x + 4])) == left + right + 4 + left)
    #expect(try model.value(of: x.divided(by: 3)) == (left - ((left % 3) + 3) % 3) / 3)
    #expect(try model.value(of: IntegerTerm(one: x .< y)) == (left < right ? 1 : 0))
    for (term, expected) in [
      (x .< y, left < right), (x .<= y, left <= right), (x .> y, left > right), (x .>= y, left >= right),
      (x .== y, left == right),
    ] {
      #expect(try model.value(of: term) == expected, "\(term)")
    }
  }

  @Test("truths: each operator means what it means for Bool", arguments: [false, true], [false, true])
  func truths(left: Bool, right: Bool) throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let (a, b) = (context.truth(named: "a"), context.truth(named: "b"))
    try solver.add(a .== context.truth(left))
    try solver.add(right ? b : .!b)
    let model = try solver.check().expectModel()
    for (term, expected) in [
      (a .& b, left && right), (a .| b, left || right), (a .== b, left == right), (.!a, !left),
      (context.all([a, b, a]), left && right),
      (context.any([a, b, b]), left || right), (context.all([]), true), (context.any([]), false),
    ] {
      #expect(try model.value(of: term) == expected, "\(term)")
    }
  }

  @Test("terms that are built alike are one term")
  func identity() throws {
    let context = try SolverContext()
    let x = context.integer(named: "x")
    #expect(x + 1 == context.integer(named: "x") + 1)
    #expect(x + 1 != x + 2)
    #expect(Set([x, context.integer(named: "x"), x + 0]).count == 2)
    let other = try SolverContext()
    #expect(other.integer(named: "x") != x)
  }

  @Test("a value that does not fit is an error, with the value in it")
  func outOfRange() throws {
    let context = try SolverContext()
    let model = try Solver(in: context).check().expectModel()
    let large = context.integer(.max) + 1
    #expect(throws: SolverError.valueOutOfRange("9223372036854775808")) { try model.value(of: large) }
  }
}

@Suite("Misuse traps")
struct MisuseTests {
  @Test("terms of two contexts are not mixed: not in a term, a solver or a model")
  func contexts() async throws {
    let mixed = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (left, right) = (try SolverContext(), try SolverContext())
      _ = left.integer(named: "x") + right.integer(named: "y")
    }
    let text = try String(decoding: #require(mixed).standardErrorContent, as: UTF8.self)
    #expect(text.contains("terms of two solver contexts are mixed: y"))
    await #expect(processExitsWith: .failure) {
      try Solver(in: SolverContext()).add(SolverContext().truth(named: "t"))
    }
    await #expect(processExitsWith: .failure) {
      let model = try Solver(in: SolverContext()).check().expectModel()
      _ = try model.value(of: SolverContext().integer(named: "x"))
    }
  }

  @Test("a name is of one sort, and one that SMT-LIB can write", arguments: ["", "a|b", "let", "é", "bv1"])
  func names(name: String) async {
    await #expect(processExitsWith: .failure) { [name] in _ = try SolverContext().integer(named: name) }
    await #expect(processExitsWith: .failure) { [name] in
      let solver = try Solver(in: SolverContext())
      try solver.add(solver.context.truth(true), named: name)
    }
    await #expect(processExitsWith: .failure) {
      let context = try SolverContext()
      _ = context.integer(named: "x")
      _ = context.truth(named: "x")
    }
  }
}
