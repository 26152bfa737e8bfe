import SMT
import Testing

@Suite("Solver")
struct SolverTests {
  @Test("a model gives each term a value under which the assertions hold")
  func model() throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let (x, y) = (context.integer(named: "x"), context.integer(named: "y"))
    let holds = context.truth(named: "holds")
    try solver.add(x + y .== 10)
    try solver.add(holds.choose(x, else: y) .> 7)
    try solver.add(.!holds)
    let model = try solver.check().expectModel()
    #expect(try model.value(of: x) + model.value(of: y) == 10)
    #expect(try model.value(of: y) > 7)
    #expect(try model.value(of: x + 2 * y) == model.value(of: x) + 2 * model.value(of: y))
    #expect(try !model.value(of: holds))
  }

  @Test("what an assertion leaves open has a value too")
  func openTerms() throws {
    let context = try SolverContext()
    let model = try Solver(in: context).check().expectModel()
    #expect(try model.value(of: context.integer(named: "x") + 1) == 1)
    #expect(try !model.value(of: context.truth(named: "t")))
  }

  @Test("a core names the assertions that contradict each other, and no others")
  func core() throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let (x, y) = (context.integer(named: "x"), context.integer(named: "y"))
    try solver.add(x .> 5, named: "x is large")
    try solver.add(y .> 5, named: "y is large")
    try solver.add(x .< 3, named: "x is small")
    let core = try solver.check().expectCore()
    #expect(core.names == ["x is large", "x is small"])
  }

  @Test("several assertions may go by one name, and a core gives it once")
  func sharedName() throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let x = context.integer(named: "x")
    try solver.add(x .> 5, named: "bounds")
    try solver.add(x .< 6, named: "bounds")
    #expect(try solver.check().expectCore().names == ["bounds"])
  }

  @Test("what a scope asserts is gone when it ends, by an error too")
  func scopes() throws {
    struct Left: Error {}
    let context = try SolverContext()
    let solver = try Solver(in: context)
    let x = context.integer(named: "x")
    try solver.add(x .> 0)
    let before = try solver.queryText()
    try solver.withScope {
      try solver.add(x .< 0)
      _ = try solver.check().expectCore()
    }
    #expect(throws: Left.self) {
      try solver.withScope {
        try solver.add(x .< 0)
        try solver.push()
        throw Left()
      }
    }
    #expect(try solver.queryText() == before)
    _ = try solver.check().expectModel()
  }

  @Test(
    "a limit that is reached makes the verdict unknown, and the solver can be asked again",
    arguments: [SolverLimits(milliseconds: 20), SolverLimits(steps: 20_000)])
  func limits(limits: SolverLimits) throws {
    let context = try SolverContext()
    let solver = try Solver(in: context, limits: limits)
    try solver.withScope {
      try solver.addPigeons(13, holes: 12)
      guard case .unknown(let reason) = try solver.check() else {
        Issue.record("decided within \(limits)")
        return
      }
      #expect(!reason.isEmpty)
    }
    _ = try solver.check().expectModel()
  }

  @Test("a limit of steps that is high enough changes nothing")
  func highLimit() throws {
    let solver = try Solver(in: SolverContext(), limits: SolverLimits(steps: 50_000_000))
    try solver.addPigeons(5, holes: 4)
    _ = try solver.check().expectCore()
  }
}

extension Solver {
  /// Each pigeon sits in a hole, and none with another: how long the proof of the contrary takes grows by a factor with
  /// each hole.
  func addPigeons(_ pigeons: Int, holes: Int) throws {
    let sits = (0..<pigeons).map { pigeon in (0..<holes).map { context.truth(named: "sits.\(pigeon).\($0)") } }
    for row in sits { try add(context.any(row)) }
    for hole in 0..<holes {
      for pigeon in 0..<pigeons {
        for other in 0..<pigeon { try add(.!(sits[pigeon][hole] .& sits[other][hole])) }
      }
    }
  }
}

extension Verdict {
  struct NotExpected: Error, CustomStringConvertible {
    let description: String
  }

  /// The model, where the verdict is that there is one.
  func expectModel() throws -> Model {
    guard case .satisfiable(let model) = self else { throw NotExpected(description: "no model: \(self)") }
    return model
  }

  /// The core, where the verdict is that there is one.
  func expectCore() throws -> UnsatisfiableCore {
    guard case .unsatisfiable(let core) = self else { throw NotExpected(description: "no core: \(self)") }
    return core
  }
}
