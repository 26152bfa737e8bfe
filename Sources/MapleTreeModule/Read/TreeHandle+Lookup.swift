import RangeMapCore

/// Plain reads.
extension TreeHandle {
  /// Runs a read inside a reader's section where writers would free nodes under it.
  @inline(__always)
  func reading<Result>(_ body: () -> Result) -> Result {
    guard usesReadCopyUpdate else { return body() }
    let generation = header.epochs.enter()
    defer { header.epochs.leave(generation) }
    return body()
  }

  /// The word at an index. Kernel: `mtree_load()`.
  @inline(__always)
  func load(_ index: UInt64) -> UInt64 {
    if usesReadCopyUpdate {
      var position = Position(self, at: .single(index))
      return position.walkBesideWriter(to: index)
    }
    let rootWord = rootWord
    guard let root = NodeReference.inRoot(rootWord) else { return index == 0 ? rootWord : 0 }
    var reference = root
    while true {
      let node = self.node(reference)
      let word = node.slot(node.slotIndex(holding: index))
      if node.isLeaf { return word }
      reference = NodeReference(word: word)
      reference.prefetch()
    }
  }

  /// The first entry at or after an index that is not the reservation marker. Kernel: `mt_find()`.
  func find(_ index: inout UInt64, through limit: UInt64) -> UInt64 {
    if index > limit { return 0 }
    var position = Position(self, at: .single(index))
    var word = position.walk(to: index)
    while word == 0 || word == Entry.zero.word {
      if position.status != .active || position.last >= limit { return 0 }
      word = position.stepForward(limit: limit, skippingNull: true)
      if position.status != .active { return 0 }
    }
    index = position.last &+ 1
    return word
  }
}
