import AddressSpaceModel
import MapleTreeModule

/// Obligations that share what they explore. Two groups share nothing, so that they can be proved apart.
enum ProofGroup: Hashable {
  /// Stores that change no more than their leaf, into the trees of an algorithm.
  case leaf(RebuildRule)
  /// The stores of a kind that goes up the trees of an algorithm: formulas, and the steps that agree with what is
  /// explored.
  case ascent(StoreKind, RebuildRule)
  /// Those of all kinds that go up the trees of 7.3: the paths of its formulas are counted from kind to kind.
  case copies
  case fork(ForkDesignName)
  /// Those of a family of their own.
  case named(String)

  /// The group of a kind of stores.
  static func stores(_ kind: StoreKind, _ algorithm: RebuildRule) -> ProofGroup {
    guard LevelInduction.Family(kind: kind) != nil else { return .leaf(algorithm) }
    return algorithm == .copiedByLevel ? .copies : .ascent(kind, algorithm)
  }
}

/// What the proofs of one group have explored, so that none explores it again.
package struct SharedExplorations {
  let explorer: PathExplorer
  var prover: ExploringProver
  /// The obligations of the group.
  let obligations: [Obligation]
  /// Seconds since some moment; nothing is decided by it.
  let clock: () -> Double
  private var forks: [Fork: TeardownFindings] = [:]

  private struct Fork: Hashable {
    var design: ForkDesignName
    var without: Premise?
  }

  package init(
    of obligations: [Obligation], explorer: PathExplorer = PathExplorer(), clock: @escaping () -> Double = { 0 }
  ) {
    self.obligations = obligations
    self.explorer = explorer
    self.clock = clock
    prover = ExploringProver(explorer: explorer)
  }

  /// What a design's forks come to, explored once for all questions of the group.
  mutating func findings(of exploration: TeardownExploration, without rule: Premise?) throws -> TeardownFindings {
    let fork = Fork(design: exploration.design, without: rule)
    if let known = forks[fork] { return known }
    let names = obligations.filter { rule.map($0.weakened.contains) ?? true }.map(\.name)
    let questions = TeardownQuestion.all.filter { names.contains($0.name(of: exploration.design)) }
    let found = try TeardownFindings(exploration, asking: questions, without: rule)
    forks[fork] = found
    return found
  }
}
