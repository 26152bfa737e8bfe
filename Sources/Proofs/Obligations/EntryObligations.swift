import MapleTreeModule
import RangeMapCore

/// What fork asks of the tree: which of its stores take nodes, and how many.
enum EntryObligations {
  /// The greatest height of the trees.
  private static let heights = 1...4

  static var all: [Obligation] {
    heights.flatMap { $0 > 1 ? [replacement(height: $0), erasure(height: $0)] : [replacement(height: $0)] }
  }

  /// The tree that fork runs on.
  private static func world(height: Int, without: Premise?) -> StoreWorld {
    StoreWorld(tracksGaps: true, usesReadCopyUpdate: false, rebuildRule: .newest, height: height, without: without)
  }

  private static func replacement(height: Int) -> Obligation {
    Obligation(
      "entry/replace-after-duplicate/height-\(height)", .bounds,
      "A store of an entry over just the range of another one asks for no node and takes none.",
      premises: [
        .beginsWhereTheSlotBegins, .endsWhereTheSlotEnds, .staysInOneSlot, .storesAnEntry, .leafCapacity, .slotsInOrder,
      ], weakened: [.endsWhereTheSlotEnds], cost: 5, group: .named("entry/\(height)")
    ) { shared, premise in
      let world = world(height: height, without: premise)
      var report = ProofReport()
      try report.explore(
        with: shared.explorer, stopsWhenBroken: premise != nil,
        { (domain: inout SymbolicDomain) -> LeafOutcome in
          var store = LeafStore(world, in: &domain)
          domain.assume(.beginsWhereTheSlotBegins, store.begins, in: world)
          domain.assume(.endsWhereTheSlotEnds, store.ends, in: world)
          domain.assume(.staysInOneSlot, store.slot .== store.lastSlot, in: world)
          domain.assume(.storesAnEntry, .!store.storesNull, in: world)
          return store.outcome(in: &domain)
        }, holds: { $0.kind == .exactFit && $0.asked == 0 })
      return report
    }
  }

  private static func erasure(height: Int) -> Obligation {
    let claimed = 3 * height
    return Obligation(
      "entry/erase-one/height-\(height)", .bounds,
      "Erasing one entry, such as a VMA that is not copied, takes up to \(claimed) nodes, and no more than is asked for.",
      premises: Premise.ofLevels + [.oneEntryErased, .leavesBesideEachOther], weakened: [.nodeCapacity],
      cost: [80, 400, 1_700][height - 2], group: .named("entry/\(height)")
    ) { shared, premise in
      var report = ProofReport()
      var most: (kind: StoreKind, taken: Int, witness: String) = (.exactFit, -1, "")
      func note(_ path: ExploredPath<StorePath>) throws -> PathExplorer.Answer {
        let store = path.result
        if store.taken > store.asked {
          try report.break(by: ProofWitness("more than the tree asks for: \(try path.text())"))
        }
        if store.taken > most.taken { most = (store.kind, store.taken, try path.text()) }
        return premise != nil && (report.verdict.isBroken || most.taken > claimed) ? .stop : .goOn
      }
      let exploration = StoreExploration(world: world(height: height, without: premise))
      var summaries = [try shared.explorer.search({ exploration.eraseInLeaf(in: &$0) }, asking: note)]
      for common in 0..<exploration.world.leafLevel where premise == nil || !report.verdict.isBroken {
        summaries.append(
          try shared.explorer.search({ exploration.eraseAtLeafEnd(below: common, in: &$0) }, asking: note))
      }
      if most.taken != claimed {
        report.break(by: ProofWitness("\(most.taken) nodes, not \(claimed): \(most.witness)"))
      }
      for summary in summaries {
        report.paths += summary.paths
        report.use(summary.premises)
      }
      report.premiseWitness = ProofWitness(most.witness)
      report.details = [ProofDetail("greatest number of nodes", "\(most.taken), by a \(most.kind)")]
      return report
    }
  }
}
