import MapleTreeModule
import RangeMapCore

/// How high a tree can get while `count` other stores come between asking for nodes and the store itself.
///
/// A root gets at most one item more by a store (`growth/root-item`), and a root that was just made has two
/// (`growth/new-root`). So after the first growth, which one store may bring, the next one takes as many stores as a
/// root has slots less one.
package struct HeightGrowth: Hashable, Sendable {
  package var tracksGaps: Bool

  package init(tracksGaps: Bool) { self.tracksGaps = tracksGaps }

  /// The greatest height after `count` stores into a tree of `height` levels, 1 or more. Kernel: at most
  /// `MAPLE_HEIGHT_MAX`.
  package func height(from height: Int, after count: Int) -> Int {
    precondition(height >= 1 && count >= 0, "a tree of \(height) levels and \(count) stores")
    if count == 0 { return height }
    return min(height + 1 + (count - 1) / (slots - 1), Formula.greatestHeight)
  }

  /// Nodes that are enough for any store after `count` others: as many as a spanning store takes at the greatest
  /// height, and one more than a split does where that is all there can be.
  package func nodes(from height: Int, after count: Int) -> Int {
    let greatest = self.height(from: height, after: count)
    return max(3 * greatest, 2 * greatest + 1)
  }

  /// What `nodes(from:after:)` computes, for people.
  package var formula: String {
    "3 * min(h + 1 + (k - 1) / \(slots - 1), \(Formula.greatestHeight)), and 3 * h where k = 0"
  }

  private var slots: Int {
    let geometry = Geometry.linux64
    return tracksGaps ? geometry.gapTracking.slots : geometry.range.slots
  }
}

/// That a store adds at most one item to the root, and that a new root has two.
struct GrowthProofs {
  let explorer: PathExplorer

  private struct Root {
    var addsOne: Bool
    var newRootHasTwo: Bool
  }

  func reports(tracksGaps: Bool) throws -> [ObligationReport] {
    let mode = tracksGaps ? "gaps" : "plain"
    return [
      try report("growth/root-item/\(mode)", tracksGaps: tracksGaps) { $0.addsOne },
      try report("growth/new-root/\(mode)", tracksGaps: tracksGaps) { $0.newRootHasTwo },
    ]
  }

  private func report(
    _ name: String, tracksGaps: Bool, _ holds: (Root) -> Bool
  ) throws -> ObligationReport {
    let world = StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, rebuildRule: .toTheRoot, height: 2)
    var report = ObligationReport(name: name, kind: .bounds, verdict: .proved)
    let summary = try explore(world) { path in
      if report.premiseWitness == nil { report.premiseWitness = ProofWitness(try path.text()) }
      if !holds(path.result), report.counterexample == nil {
        report.verdict = .violated
        report.counterexample = ProofWitness(try path.text())
      }
      return .goOn
    }
    report.paths = summary.paths
    report.solverCalls = summary.solverCalls
    report.premises = summary.premises
    for premise in BoundPremise.allCases where summary.premises.contains(premise.rawValue) {
      var without = world
      without.without = premise
      var broken: String?
      _ = try explore(without) { path in
        if !holds(path.result) { broken = try path.text() }
        return broken == nil ? .goOn : .stop
      }
      guard let broken else { continue }
      report.weakened = [WeakenedPremise(name: premise.rawValue, verdict: .violated, witness: ProofWitness(broken))]
      break
    }
    return report
  }

  /// The root's own step of a split, and of a rebuild in which the ways part there or below.
  private func explore(
    _ world: StoreWorld, _ each: (ExploredPath<Root>) throws -> PathExplorer.Answer
  ) throws -> ExplorationSummary {
    var isEnough = false
    func note(_ path: ExploredPath<Root>) throws -> PathExplorer.Answer {
      let answer = try each(path)
      isEnough = answer == .stop
      return answer
    }
    var total = try explorer.search({ root(world, isSplit: true, part: false, in: &$0) }, asking: note)
    for part in [false, true] where !isEnough {
      let summary = try explorer.search({ root(world, isSplit: false, part: part, in: &$0) }, asking: note)
      total.paths += summary.paths
      total.solverCalls += summary.solverCalls
      total.premises = Set(total.premises).union(summary.premises).sorted()
    }
    return total
  }

  private func root(_ world: StoreWorld, isSplit: Bool, part: Bool, in domain: inout SymbolicDomain) -> Root {
    var site = SymbolicAscent(world)
    if part { site.descendApart(below: 0, in: &domain) } else { site.descend(in: &domain) }
    let built = domain.number("built-below")
    domain.assume("built-below", (built .>= 1) .& (built .<= SymbolicNumber(part ? 3 : 2)))
    let end = site.end(.right, 0, in: &domain)
    let count = SplitPlan.joinedCount(site, level: 0, built: built, in: &domain)
    let addsOne = domain.decide(count .<= end + 2)
    let covers = (site.slot(.left, 0, in: &domain) .== 0) .& (site.slot(.right, 0, in: &domain) .== end)
    domain.assume("no-root-below", (built .>= 2) .| .!covers)
    if isSplit {
      domain.assume("built-below", built .== 2)
      _ = SplitPlan.splitLevel(&site, leafLevel: 1, level: 0, count: count, in: &domain)
    } else {
      _ = SplitPlan.rebuildLevel(&site, leafLevel: 1, level: 0, count: count, in: &domain)
    }
    // A root over the nodes that were built: those, and the root itself.
    let grew = site.newHeight == 3
    return Root(addsOne: addsOne, newRootHasTwo: !grew || site.nodesTaken == 3)
  }
}
