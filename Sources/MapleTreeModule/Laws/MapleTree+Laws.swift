import RangeMapCore

extension MapleTree {
  /// The laws that the tree breaks: none, unless there is a fault in this library or in the memory under it.
  /// Kernel: `mt_validate()`.
  ///
  /// - Parameter nodesInReserve: nodes that cursors on this tree hold.
  /// - Complexity: O(n). Nobody may write meanwhile.
  public func brokenLaws(nodesInReserve: Int = 0) -> [BrokenLaw] {
    var walk = LawWalk()
    showNodes { walk.visit($0) }
    var counters = MapCounters()
    counters.height = UInt64(handle.height)
    counters.liveNodes = UInt64(handle.header.pool.liveNodes)
    counters.retiredNodes = UInt64(handle.header.epochs.retiredNodes)
    counters.reservedNodes = UInt64(nodesInReserve)
    walk.finish(counters)
    walk.compareCount(recorded: handle.header.reachableNodes)
    return walk.broken
  }

  /// A word that changes when any bit of the handle or of a reachable node does.
  /// - Complexity: O(n).
  public func fingerprint() -> UInt64 {
    var mixer = FingerprintMixer()
    mixer.mix(handle.rootWord)
    mixer.mix(UInt64(handle.height))
    mixer.mix(handle.usesReadCopyUpdate ? 1 : 0)
    mixer.mix(handle.header.cyclicAllocationWrapped ? 1 : 0)
    if let root = NodeReference.inRoot(handle.rootWord) { mix(handle.node(root), max: .max, into: &mixer) }
    return mixer.value
  }

  private func mix(_ node: Node, max: UInt64, into mixer: inout FingerprintMixer) {
    for offset in stride(from: 0, to: Node.byteCount, by: 8) { mixer.mix(node.word(at: offset)) }
    handle.forEachChild(of: node, max: max) { slot, child, end in
      mix(child, max: node.upperBound(slot, end: end, max: max), into: &mixer)
    }
  }
}

/// Mixes words so that each bit of the result depends on each bit of all of them.
private struct FingerprintMixer {
  private(set) var value: UInt64 = 0

  mutating func mix(_ word: UInt64) {
    var generator = SeededGenerator(seed: value ^ word)
    value = generator.next()
  }
}
