import Harness
import MapleTreeModule
import RangeMapCore
import Support

/// The most nodes that stores of an algorithm can take, as it is proved.
struct NodeUseProof {
  let algorithm: RebuildRule
  private var prover: ExploringProver
  /// What is proved of the stores that ask for a number, by height and kind of tree.
  private var byAsked: [Place: [Int: Int]] = [:]

  private struct Place: Hashable {
    var height: Int
    var tracksGaps: Bool
  }

  static let greatestHeight = ExploringProver.exploredHeights.upperBound

  init(algorithm: RebuildRule) {
    self.algorithm = algorithm
    prover = ExploringProver(prefersSteps: true)
  }

  /// The most nodes that one of some kinds can take; 0 for none, which only change the root pointer.
  mutating func greatest(_ kinds: [StoreKind], height: Int, tracksGaps: Bool) throws -> Int {
    try kinds.map { try needed($0, height: height, tracksGaps: tracksGaps, tellsHeights: false).greatest }.max() ?? 0
  }

  /// The most nodes that a store can take which asks for a number by the levels that it can reach; nil if
  /// no store asks for it.
  mutating func greatest(asking asked: Int, height: Int, tracksGaps: Bool) throws -> Int? {
    let place = Place(height: height, tracksGaps: tracksGaps)
    if byAsked[place] == nil { byAsked[place] = try table(height: height, tracksGaps: tracksGaps) }
    return byAsked[place]?[asked]
  }

  private mutating func table(height: Int, tracksGaps: Bool) throws -> [Int: Int] {
    var table = [0: 0]
    for kind in [NodeUse.Kind.inPlace, .oneLeaf] {
      let most = try greatest(Self.stores(kind, height: height), height: height, tracksGaps: tracksGaps)
      table[kind.asked(height: height)] = most
    }
    var domain = ConcreteDomain()
    for kind in [StoreKind.splitStore, .rebalance, .spanningStore] where kind.canOccur(at: height) {
      for group in try needed(kind, height: height, tracksGaps: tracksGaps, tellsHeights: true).groups {
        let asked = NodeDemand.nodesByReach(
          for: kind, height: height, vacant: group.vacant, sufficient: group.sufficient, usesReadCopyUpdate: true,
          buildsLeaf: true, in: &domain)
        table[asked] = max(table[asked] ?? 0, group.nodes)
      }
    }
    return table
  }

  private mutating func needed(
    _ kind: StoreKind, height: Int, tracksGaps: Bool, tellsHeights: Bool
  ) throws -> NeededNodes {
    // A leaf is written anew if readers may be in the old one.
    let cell = WitnessCase(
      kind: kind, height: height, tracksGaps: tracksGaps, usesReadCopyUpdate: kind == .nodeStore, algorithm: algorithm)
    guard let needed = try prover.needed(cell, algorithm: algorithm, tellsHeights: tellsHeights) else {
      throw ExplorationError.undecided(reason: cell.name)
    }
    return needed
  }

  /// The stores that are told as one kind; none for those that only change the root pointer, for which nothing has to
  /// be proved.
  static func stores(_ kind: NodeUse.Kind, height: Int) -> [StoreKind] {
    switch kind {
    case .splitStore: [.splitStore]
    case .rebalance: [.rebalance]
    case .spanningStore: [.spanningStore]
    case .inPlace: height == 0 ? [] : [.exactFit, .append, .slotStore]
    case .oneLeaf: height == 0 ? [.rootStore] : height == 1 ? [.newRoot, .nodeStore] : [.nodeStore]
    }
  }
}
