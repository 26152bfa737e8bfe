import MapleTreeModule
import RangeMapCore
import SMT
import Testing

@testable import Proofs

@Suite("Path explorer")
struct PathExplorerTests {
  /// A body whose paths are easily seen: which of three ranges a number is in, and whether it is even.
  private func ranges(_ domain: inout SymbolicDomain) -> String {
    let number = domain.number("number")
    domain.assume(.slotsInOrder, number .>= 0)
    domain.assume(.leafCapacity, number .< 20)
    domain.assume(.nodeCapacity, domain.number("other") .> 7)
    if domain.decide(number .< 5) { return "low" }
    // Impossible in this domain: the premises leave one side.
    if domain.decide(number .>= 20) { return "never" }
    return domain.decide(number - number.divided(by: 2) - number.divided(by: 2) .== 0) ? "even" : "odd"
  }

  @Test("each possible path is run once, the true side of each decision first, and an impossible one is not")
  func order() throws {
    for _ in 0..<2 {
      var results: [String] = []
      let explorer = PathExplorer()
      let summary = try explorer.explore(ranges) { results.append($0.result) }
      #expect(results == ["low", "even", "odd"])
      #expect(summary.paths == 3)
      // The impossible side is so by one premise; the others were not needed.
      #expect(summary.premises == [.leafCapacity])
      // One question for the premises, and one for each of the three decisions.
      #expect(explorer.log.count == 4)
    }
  }

  @Test("a path has values under which it is taken, and what it implies can be asked")
  func valuesOfPath() throws {
    try PathExplorer().explore({ domain in (ranges(&domain), domain.number("other")) }) { path in
      let number = try #require(path.values().first { $0.name == "number" }).value
      switch path.result.0 {
      case "low": #expect((0..<5).contains(number))
      case "even": #expect((5..<20).contains(number) && number % 2 == 0)
      default: #expect((5..<20).contains(number) && number % 2 == 1)
      }
      // The name was taken on this path: the second number is another one, of which nothing is known.
      #expect(try !path.implies(path.result.1 .> 7))
      #expect(try path.values().map(\.name) == ["number", "other", "other#2"])
    }
  }

  @Test("with no path missing the coverage is whole; whichever is forgotten, it is not")
  func coverage() throws {
    let coverage = PathCoverage()
    let summary = try PathExplorer(coverage: coverage).explore(ranges) { _ in }
    #expect(try coverage.isExhaustive())
    for position in 0..<summary.paths {
      let less = PathCoverage()
      try PathExplorer(coverage: less).explore(ranges) { _ in }
      less.forgetPath(position)
      #expect(try !less.isExhaustive(), "path \(position)")
    }
    #expect(try !PathCoverage().isExhaustive())
  }

  @Test("premises that contradict each other are an error, from the start or where a path meets them")
  func contradiction() throws {
    #expect(throws: ExplorationError.contradiction(premises: [.leafCapacity, .nodeCapacity])) {
      try PathExplorer().explore({ domain in
        let number = domain.number("number")
        domain.assume(.leafCapacity, number .< 3)
        domain.assume(.nodeCapacity, number .> 3)
      }) { _ in }
    }
    #expect(throws: ExplorationError.contradiction(premises: [.nodeCapacity])) {
      try PathExplorer().explore({ domain in
        let number = domain.number("number")
        if domain.decide(number .< 3) { domain.assume(.nodeCapacity, number .> 3) }
      }) { _ in }
    }
    #expect(throws: ExplorationError.contradiction(premises: [.oneRoot])) {
      try PathExplorer().explore({ $0.assume(.oneRoot, .constant(false)) }) { _ in }
    }
  }

  @Test("a solver that gives up is an error, neither side is taken as impossible, and the body ends")
  func undecided() throws {
    let limits = ProofLimits(query: SolverLimits(steps: 1))
    let error = #expect(throws: ExplorationError.self) {
      try PathExplorer(limits: limits).explore({ domain in
        let numbers = (0..<6).map { domain.number("number", level: $0) }
        for (left, right) in zip(numbers, numbers.dropFirst()) { domain.assume(.slotsInOrder, left .< right) }
        while domain.decide(numbers[5] - numbers[0] .> 5) {}
        while !domain.decide(numbers[5] - numbers[0] .> 6) {}
      }) { _ in }
    }
    guard case .undecided(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("more paths than the limit are an error; as many are none")
  func pathLimit() throws {
    func bits(_ domain: inout SymbolicDomain) {
      for level in 0..<3 { _ = domain.decide(domain.truth("bit", level: level)) }
    }
    var limits = ProofLimits()
    limits.paths = 8
    #expect(try PathExplorer(limits: limits).explore(bits) { _ in }.paths == 8)
    limits.paths = 7
    #expect(throws: ExplorationError.tooManyPaths(limit: 7)) {
      try PathExplorer(limits: limits).explore(bits) { _ in }
    }
  }

  @Test("a body that decides by something else than its domain is found out", arguments: [false, true])
  func notRepeatable(decidesLess: Bool) throws {
    var runs = 0
    #expect(throws: ExplorationError.notRepeatable) {
      try PathExplorer().explore({ domain in
        runs += 1
        if decidesLess && runs > 1 { return }
        _ = domain.decide(domain.number(runs == 1 ? "first" : "second") .> 0)
      }) { _ in }
    }
  }

  @Test("what is known is computed here: no decision about it reaches the solver")
  func constants() throws {
    let explorer = PathExplorer()
    let summary = try explorer.explore({ domain in
      let number = SymbolicNumber(7).divided(by: 2) + 1
      return domain.decide((number .== 4) .& .!(number .> 5))
    }) { #expect($0.result) }
    #expect(summary.paths == 1)
    // The only question is whether there is a path at all.
    #expect(explorer.log.count == 1)
  }

  @Test("an error of the body ends the exploration")
  func bodyThrows() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) {
      try PathExplorer().explore({ domain in
        if !domain.decide(domain.truth("truth")) { throw Refusal() }
      }) { _ in }
    }
  }
}
