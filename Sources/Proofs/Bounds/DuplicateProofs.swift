import MapleTreeModule
import SMT

/// That a duplicate takes exactly as many nodes as its source has, at every height.
///
/// The tree's duplicate takes one node for the root, and for each internal node as many as `DuplicatePlan` says for its last used slot.
struct DuplicateProofs {
  let limits: ProofLimits
  let log: QueryLog?

  func report(tracksGaps: Bool) throws -> ObligationReport {
    var report = ObligationReport(
      name: "duplicate/nodes-taken/\(tracksGaps ? "gaps" : "plain")", kind: .duplicate, verdict: .proved)
    report.bound = "height \(Formula.greatestHeight)"
    var premises: Set<String> = []
    for height in 1...Formula.greatestHeight {
      report.paths += 1
      switch try difference(height, keepsChildren: true, &report) {
      case .satisfiable(let model):
        report.verdict = .violated
        report.counterexample = ProofWitness("height \(height): \(model)")
      case .unsatisfiable(let core): premises.formUnion(core.names)
      case .unknown: report.verdict = .undecided
      }
    }
    report.premises = premises.sorted()
    if case .satisfiable = try difference(3, keepsChildren: false, &report) {
      report.weakened = [WeakenedPremise(name: "children-present", verdict: .violated)]
    }
    let witness = ProofWitness("every level of one node per used slot above, \(Formula.greatestHeight) levels")
    report.premiseWitness = witness
    report.boundWitness = witness
    return report
  }

  /// Whether the nodes taken and those of the source can differ.
  private func difference(
    _ height: Int, keepsChildren: Bool, _ report: inout ObligationReport
  ) throws -> Verdict {
    let context = try SolverContext()
    let solver = try Solver(
      in: context,
      limits: SolverLimits(
        milliseconds: limits.queryMilliseconds, steps: limits.querySteps > 0 ? limits.querySteps : nil))
    var nodes = context.integer(1)
    var total = nodes
    var taken = nodes
    for level in 0..<(height - 1) {
      // The sum of the last used slots of a level's nodes.
      let ends = context.integer(named: "ends@\(level)")
      try solver.add(ends .>= nodes, named: BoundPremise.twoChildren.rawValue)
      let below = context.integer(named: "nodes@\(level + 1)")
      if keepsChildren { try solver.add(below .== ends + nodes, named: "children-present") }
      // Summed over the level: for each node one more than its last used slot.
      taken =
        taken
        + DuplicatePlan.nodes(ofLevelWithEnds: SymbolicNumber(ends), count: SymbolicNumber(nodes)).termValue(
          in: context)
      total = total + below
      nodes = below
    }
    if height == 1 { try solver.add(total .== 1, named: "one-root") }
    report.solverCalls += 2
    guard case .satisfiable = try solver.check() else { return .unknown("the premises contradict each other") }
    try solver.add(taken .!= total)
    let verdict = try solver.check()
    if case .unsatisfiable = verdict, keepsChildren { try log?.record(solver, isSatisfiable: false) }
    return verdict
  }
}

extension SymbolicNumber {
  /// The number as a term.
  func termValue(in context: SolverContext) -> IntegerTerm {
    switch self {
    case .constant(let value): context.integer(value)
    case .term(let shared): shared.term
    }
  }
}
