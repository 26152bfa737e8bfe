import MapleTreeModule
import RangeMapCore
import SMT

/// The nodes of a tree of so many entries, at least and at most: what a duplicate of it takes and costs.
///
/// A tree of n entries has from n to 2n + 1 items in its leaves, since no two NULLs meet. At least: every node is full.
/// At most: every node has its minimum and one item more, but for the right-most ones, which may have less.
package struct NodeCounts: Hashable, Sendable {
  package var tracksGaps: Bool

  package init(tracksGaps: Bool) { self.tracksGaps = tracksGaps }

  private var leaf: Geometry.Shape { Geometry.linux64.leaf }
  private var parent: Geometry.Shape { tracksGaps ? Geometry.linux64.gapTracking : Geometry.linux64.range }

  /// The nodes of each level, the leaves first, where all are full.
  package func fewest(entries: Int) -> [Int] {
    precondition(entries >= 2, "a tree of \(entries) entries may have no node")
    var levels = [(entries + leaf.slots - 1) / leaf.slots]
    while let last = levels.last, last > 1 { levels.append((last + parent.slots - 1) / parent.slots) }
    return levels
  }

  /// The nodes of each level, the leaves first, where all have as little as they may.
  package func most(entries: Int) -> [Int] {
    precondition(entries >= 2, "a tree of \(entries) entries may have no node")
    // The right-most leaf may have one item, a right-most parent two.
    var levels = [2 * entries / (leaf.minimum + 1) + 1]
    while let last = levels.last, last > 1 { levels.append((last - 2) / (parent.minimum + 1) + 1) }
    return levels
  }

  /// The greatest number of nodes per leaf item, times 28 or 36, as a straight line:
  /// `nodes * divisor <= items * factor + perLevel * height`.
  var line: (divisor: Int, factor: Int, perLevel: Int) {
    // A leaf for 7 items, a parent for 7 or 5 nodes below: 1/7 x 7/6, or 1/7 x 5/4.
    tracksGaps ? (28, 5, 35) : (6, 1, 7)
  }
}

/// That the counts are the least and the greatest, and that the greatest grows as a straight line.
struct NodeCountProofs {
  let limits: ProofLimits
  let log: QueryLog?

  /// The sizes for which the least and the greatest number are proved.
  static let sizes = [2, 21, 121, 1_621, 51_221, 1_000_000]

  func reports(tracksGaps: Bool) throws -> [ObligationReport] {
    try Self.sizes.map { try exact(NodeCounts(tracksGaps: tracksGaps), entries: $0) } + [
      linear(NodeCounts(tracksGaps: tracksGaps))
    ]
  }

  /// The unknown numbers of nodes of a tree's levels, the leaves first, and what holds of them.
  private struct Levels {
    let solver: Solver
    let nodes: [IntegerTerm]
    let total: IntegerTerm

    init(_ height: Int, tracksGaps: Bool, without: BoundPremise?, limits: ProofLimits) throws {
      let geometry = Geometry.linux64
      let context = try SolverContext()
      solver = try Solver(
        in: context,
        limits: SolverLimits(
          milliseconds: limits.queryMilliseconds, steps: limits.querySteps > 0 ? limits.querySteps : nil))
      let items = context.integer(named: "leaf-items")
      nodes = (0..<height).map { context.integer(named: "nodes@\(height - 1 - $0)") }
      total = context.sum(nodes)
      for (place, count) in nodes.enumerated() {
        let shape = place == 0 ? geometry.leaf : tracksGaps ? geometry.gapTracking : geometry.range
        let below = place == 0 ? items : nodes[place - 1]
        let capacity: BoundPremise = place == 0 ? .leafCapacity : .nodeCapacity
        if without != capacity { try solver.add(below .<= shape.slots * count, named: capacity.rawValue) }
        try solver.add(count .>= 1, named: "a-node-on-each-level")
        if without != .sufficientlyFilled {
          let least = (shape.minimum + 1) * (count - 1) + (place == 0 ? 1 : 2)
          try solver.add(below .>= least, named: BoundPremise.sufficientlyFilled.rawValue)
        }
      }
      if let root = nodes.last { try solver.add(root .== 1, named: "one-root") }
    }

    var items: IntegerTerm { solver.context.integer(named: "leaf-items") }
  }

  private func exact(_ counts: NodeCounts, entries: Int) throws -> ObligationReport {
    let fewest = counts.fewest(entries: entries)
    let most = counts.most(entries: entries)
    let least = fewest.reduce(0, +)
    let greatest = most.reduce(0, +)
    var report = ObligationReport(
      name: "nodes/\(counts.tracksGaps ? "gaps" : "plain")/\(entries)-entries", kind: .duplicate, verdict: .proved)
    report.details = [
      ObligationDetail("least", "\(least) nodes, height \(fewest.count)"),
      ObligationDetail("most", "\(greatest) nodes, height \(most.count)"),
    ]
    var premises: Set<String> = []
    for height in 1...(most.count + 1) {
      let question = try Question(counts, height: height, entries: entries, limits: limits)
      let outside = (question.levels.total .< least) .| (question.levels.total .> greatest)
      switch try question.ask(outside, &report, log: log) {
      case .satisfiable(let model):
        report.verdict = .violated
        report.counterexample = ProofWitness("height \(height): \(try model.value(of: question.levels.total)) nodes")
      case .unsatisfiable(let core): premises.formUnion(core.names)
      case .unknown: report.verdict = .undecided
      }
      // The counts themselves can be: they are the witness.
      for (levels, total) in [(fewest, least), (most, greatest)] where levels.count == height {
        guard case .satisfiable = try question.ask(question.levels.total .== total, &report, log: log) else {
          report.verdict = .violated
          report.counterexample = ProofWitness("\(total) nodes are not possible at height \(height)")
          continue
        }
        report.premiseWitness = ProofWitness("levels of \(levels.map(String.init).joined(separator: ", ")) nodes")
      }
    }
    report.premises = premises.sorted()
    let weak = try Question(counts, height: most.count, entries: entries, without: .sufficientlyFilled, limits: limits)
    if case .satisfiable = try weak.ask(weak.levels.total .> greatest, &report, log: nil) {
      report.weakened = [WeakenedPremise(name: BoundPremise.sufficientlyFilled.rawValue, verdict: .violated)]
    } else if entries <= 2 {
      // Nothing is less than the least tree: here the capacity carries the proof.
      let other = try Question(counts, height: 1, entries: 40, without: .leafCapacity, limits: limits)
      if case .satisfiable = try other.ask(other.levels.total .< 3, &report, log: nil) {
        report.weakened = [WeakenedPremise(name: BoundPremise.leafCapacity.rawValue, verdict: .violated)]
      }
    }
    return report
  }

  private struct Question {
    let levels: Levels

    init(_ counts: NodeCounts, height: Int, entries: Int, without: BoundPremise? = nil, limits: ProofLimits) throws {
      levels = try Levels(height, tracksGaps: counts.tracksGaps, without: without, limits: limits)
      try levels.solver.add(
        (levels.items .>= entries) .& (levels.items .<= 2 * entries + 1), named: BoundPremise.nullsJoined.rawValue)
    }

    func ask(_ condition: TruthTerm, _ report: inout ObligationReport, log: QueryLog?) throws -> Verdict {
      report.paths += 1
      report.solverCalls += 1
      return try levels.solver.withScope {
        try levels.solver.add(condition)
        let verdict = try levels.solver.check()
        switch verdict {
        case .satisfiable: try log?.record(levels.solver, isSatisfiable: true)
        case .unsatisfiable: try log?.record(levels.solver, isSatisfiable: false)
        case .unknown: break
        }
        return verdict
      }
    }
  }

  /// At every height the number of nodes is at most a straight line in the items.
  private func linear(_ counts: NodeCounts) throws -> ObligationReport {
    let line = counts.line
    var report = ObligationReport(
      name: "nodes/\(counts.tracksGaps ? "gaps" : "plain")/straight-line", kind: .duplicate, verdict: .proved)
    report.bound = "height \(Formula.greatestHeight)"
    report.details = [
      ObligationDetail(
        "bound", "\(line.divisor) x nodes <= \(line.factor) x items + \(line.perLevel) x height")
    ]
    var premises: Set<String> = []
    for height in 1...Formula.greatestHeight {
      let levels = try Levels(height, tracksGaps: counts.tracksGaps, without: nil, limits: limits)
      report.paths += 1
      report.solverCalls += 2
      guard case .satisfiable = try levels.solver.check() else {
        report.verdict = .undecided
        return report
      }
      if height == Formula.greatestHeight {
        report.boundWitness = ProofWitness("a tree of \(height) levels")
        report.premiseWitness = report.boundWitness
      }
      try levels.solver.add(line.divisor * levels.total .> line.factor * levels.items + line.perLevel * height)
      switch try levels.solver.check() {
      case .satisfiable(let model):
        report.verdict = .violated
        report.counterexample = ProofWitness("height \(height): \(try model.value(of: levels.total)) nodes")
      case .unsatisfiable(let core):
        premises.formUnion(core.names)
        try log?.record(levels.solver, isSatisfiable: false)
      case .unknown: report.verdict = .undecided
      }
    }
    report.premises = premises.sorted()
    let weak = try Levels(3, tracksGaps: counts.tracksGaps, without: .sufficientlyFilled, limits: limits)
    try weak.solver.add(line.divisor * weak.total .> line.factor * weak.items + line.perLevel * 3)
    if case .satisfiable = try weak.solver.check() {
      report.weakened = [WeakenedPremise(name: BoundPremise.sufficientlyFilled.rawValue, verdict: .violated)]
    }
    return report
  }
}
