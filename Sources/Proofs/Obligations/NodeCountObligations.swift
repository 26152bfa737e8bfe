import MapleTreeModule
import SMT

/// The nodes of a tree of so many entries: that `NodeCounts` says the least and the greatest number, and that the
/// greatest grows as a straight line.
enum NodeCountObligations {
  /// The sizes for which the least and the greatest number are proved.
  private static let sizes = [2, 21, 121, 1_621, 51_221, 1_000_000]
  private static let premises: [Premise] = [
    .leafCapacity, .nodeCapacity, .sufficientlyFilled, .nullsJoined, .aNodeOnEachLevel, .oneRoot,
  ]

  static func all(tracksGaps: Bool) -> [Obligation] {
    sizes.map { exact(NodeCounts(tracksGaps: tracksGaps), entries: $0) } + [line(NodeCounts(tracksGaps: tracksGaps))]
  }

  private static func name(_ counts: NodeCounts, _ rest: String) -> String {
    "nodes/\(counts.tracksGaps ? "gaps" : "plain")/\(rest)"
  }

  private static func exact(_ counts: NodeCounts, entries: Int) -> Obligation {
    let (fewest, most) = (counts.fewest(entries: entries), counts.most(entries: entries))
    let (least, greatest) = (fewest.reduce(0, +), most.reduce(0, +))
    return Obligation(
      name(counts, "\(entries)-entries"), .duplicate,
      "A tree of \(entries) entries has \(least == greatest ? "1 node" : "from \(least) to \(greatest) nodes").",
      premises: premises,
      weakened: [.sufficientlyFilled], cost: 10, group: .named("nodes")
    ) { shared, premise in
      var report = ProofReport()
      report.details = [
        ProofDetail("least", "\(least) nodes, height \(fewest.count)"),
        ProofDetail("most", "\(greatest) nodes, height \(most.count)"),
      ]
      for height in 1...(most.count + 1) where premise == nil || !report.verdict.isBroken {
        let levels = try Levels(height, counts, without: premise, shared.explorer)
        try levels.assume(
          .nullsJoined, (levels.items .>= entries) .& (levels.items .<= 2 * entries + 1))
        let outside = (levels.total .< least) .| (levels.total .> greatest)
        report.paths += 1
        if let model = try levels.ask(outside, &report) {
          try report.break(by: ProofWitness("height \(height): \(try model.value(of: levels.total)) nodes"))
        }
        // The counts themselves can be: they are the witness.
        for (nodes, total) in [(fewest, least), (most, greatest)] where nodes.count == height && premise == nil {
          report.paths += 1
          if try levels.ask(levels.total .== total, &report) == nil {
            report.break(by: ProofWitness("\(total) nodes are not possible at height \(height)"))
          }
          report.premiseWitness = ProofWitness("levels of \(nodes.map(String.init).joined(separator: ", ")) nodes")
        }
      }
      return report
    }
  }

  private static func line(_ counts: NodeCounts) -> Obligation {
    let line = counts.line
    let greatest = Formula.greatestHeight
    let bound = "\(line.divisor) x nodes <= \(line.factor) x items + \(line.perLevel) x height"
    return Obligation(
      name(counts, "straight-line"), .duplicate, "At every height the number of nodes keeps to a line: \(bound).",
      premises: premises, weakened: [.sufficientlyFilled], cost: 70, group: .named("nodes")
    ) { shared, premise in
      var report = ProofReport()
      report.bound = "height \(greatest)"
      report.details = [ProofDetail("bound", bound)]
      for height in 1...greatest where premise == nil || !report.verdict.isBroken {
        let levels = try Levels(height, counts, without: premise, shared.explorer)
        report.paths += 1
        guard try levels.ask(levels.solver.context.truth(true), &report) != nil else {
          report.fault = "no tree has \(height) levels"
          return report
        }
        report.premiseWitness = ProofWitness("a tree of \(height) levels")
        if height == greatest { report.boundWitness = report.premiseWitness }
        let above = line.divisor * levels.total .> line.factor * levels.items + line.perLevel * height
        if let model = try levels.ask(above, &report) {
          try report.break(by: ProofWitness("height \(height): \(try model.value(of: levels.total)) nodes"))
        }
      }
      return report
    }
  }
}

/// The unknown numbers of nodes of a tree's levels, the leaves first, and what holds of them.
private struct Levels {
  let solver: Solver
  let items: IntegerTerm
  let total: IntegerTerm
  private let without: Premise?
  private let log: QueryLog

  init(_ height: Int, _ counts: NodeCounts, without: Premise?, _ explorer: PathExplorer) throws {
    let context = try SolverContext()
    solver = try Solver(in: context, limits: explorer.limits.query)
    items = context.integer(named: "leaf-items")
    let nodes = (0..<height).map { context.integer(named: "nodes@\(height - 1 - $0)") }
    total = context.sum(nodes)
    self.without = without
    log = explorer.log
    for (place, count) in nodes.enumerated() {
      let shape = place == 0 ? counts.leaf : counts.parent
      let below = place == 0 ? items : nodes[place - 1]
      try assume(place == 0 ? .leafCapacity : .nodeCapacity, below .<= shape.slots * count)
      try assume(.aNodeOnEachLevel, count .>= 1)
      try assume(.sufficientlyFilled, below .>= (shape.minimum + 1) * (count - 1) + (place == 0 ? 1 : 2))
    }
    if let root = nodes.last { try assume(.oneRoot, root .== 1) }
  }

  func assume(_ premise: Premise, _ condition: TruthTerm) throws {
    if premise != without { try solver.add(condition, named: premise.rawValue) }
  }

  /// A case in which something holds; nil if there is none.
  func ask(_ condition: TruthTerm, _ report: inout ProofReport) throws -> Model? {
    switch try log.verdict(of: solver, if: condition) {
    case .satisfiable(let model): return model
    case .unsatisfiable(let core): report.use(core.premises)
    case .unknown(let reason): throw ExplorationError.undecided(reason: reason)
    }
    return nil
  }
}
