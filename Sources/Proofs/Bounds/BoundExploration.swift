import MapleTreeModule

/// Finds all ways that stores can go, by exploring the plans.
package struct BoundExploration {
  private let explorer: PathExplorer

  package init(explorer: PathExplorer = PathExplorer()) { self.explorer = explorer }

  /// Which stores are explored.
  package enum Part: Hashable, Sendable {
    case all
    /// Those that change no more than their leaf.
    case inLeaf
    /// Those of one kind that goes up the tree.
    case ascent(StoreKind)
  }

  /// - Parameter tellsHeights: whether cases are told apart by the vacant and the sufficient height.
  /// - Throws: `ExplorationError`.
  /// - Complexity: about 7 times as many paths with each level more; 3,000 at height 4. Stores in a leaf: 10 paths.
  package func cases(of world: StoreWorld, _ part: Part = .all, tellsHeights: Bool = false) throws -> BoundCases {
    let exploration = StoreExploration(world: world, tellsHeights: tellsHeights)
    var collector = CaseCollector(world: world, explorer: explorer)
    if world.height == 0 {
      try collector.explore { exploration.storeWithoutNode(in: &$0) }
      return collector.result
    }
    if part != .ascent(.spanningStore) {
      try collector.explore { domain in
        let path = exploration.storeInLeaf(ascends: part != .inLeaf, in: &domain)
        if case .ascent(let kind) = part, path?.kind != kind { return nil }
        return path
      }
    }
    if part == .all || part == .ascent(.spanningStore) {
      for common in 0..<world.leafLevel where world.guide == .all || common == 0 {
        try collector.explore { exploration.storeAcross(below: common, in: &$0) }
      }
    }
    return collector.result
  }
}

/// Sorts paths into cases.
private struct CaseCollector {
  private let explorer: PathExplorer
  private var total: BoundCases
  private var places: [StorePath: Int] = [:]

  init(world: StoreWorld, explorer: PathExplorer) {
    self.explorer = explorer
    total = BoundCases(world: world, cases: [])
  }

  /// Explores `body`, which returns nil where the store is none of those that are looked for.
  mutating func explore(_ body: (inout SymbolicDomain) -> StorePath?) throws {
    total.summary =
      try total.summary
      + explorer.explore(body) { path in
        guard let result = path.result else { return }
        var key = result
        key.marks = []
        if let place = places[key] {
          total.cases[place].paths += 1
          return
        }
        places[key] = total.cases.count
        total.cases.append(
          StoreCase(
            kind: key.kind, taken: key.taken, asked: key.asked, vacant: key.vacant, sufficient: key.sufficient,
            paths: 1, witness: try path.values(), marks: result.marks))
      }
  }

  /// The cases in a fixed order.
  var result: BoundCases {
    var result = total
    result.cases.sort {
      ($0.kind.rawValue, $0.taken, $0.asked, $0.vacant, $0.sufficient)
        < ($1.kind.rawValue, $1.taken, $1.asked, $1.vacant, $1.sufficient)
    }
    return result
  }
}
