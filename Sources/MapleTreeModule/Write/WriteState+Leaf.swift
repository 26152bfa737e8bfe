/// Stores that stay in one leaf.
extension WriteState {
  /// Changes the word of the slot that the store covers just.
  mutating func storeExactFit() {
    leaf.setSlot(slot, word)
    if (word == 0) != (content == 0) { tree.updateGaps(above: leaf, min: min, max: max) }
  }

  /// Moves the bounds between two slots, or between three where no reader is about: none comes or goes. A reader that
  /// sees the new bound sees the new word. Kernel: `mas_wr_slot_store()`.
  mutating func storeSlot() {
    var touchesNull = word == 0 || content == 0
    if lastSlot - slot == 1 {
      touchesNull = touchesNull || leaf.slot(slot + 1) == 0
      if first == slotFirst {
        leaf.setSlot(slot, word)
        leaf.orderStores()
        leaf.setPivot(slot, last)
      } else {
        leaf.setSlot(slot + 1, word)
        leaf.orderStores()
        leaf.setPivot(slot, first - 1)
        slot += 1
      }
    } else {
      assert(!tree.usesReadCopyUpdate, "a reader could see two bounds of a store apart")
      touchesNull = touchesNull || leaf.slot(slot + 1) == 0 || leaf.slot(slot + 2) == 0
      leaf.setSlot(slot + 1, word)
      leaf.setPivot(slot, first - 1)
      leaf.setPivot(slot + 1, last)
      slot += 1
    }
    if touchesNull { tree.updateGaps(above: leaf, min: min, max: max) }
  }

  /// Stores from within the last slot: what is left of it moves behind the entry. Kernel: `mas_wr_append()`.
  mutating func append() {
    assert(!tree.usesReadCopyUpdate, "a reader could see a bound without its entry")
    if newEnd < leaf.pivotCount {
      leaf.setPivot(newEnd, max)
      leaf.setMetadata(end: newEnd)
    }
    if newEnd == end + 1 {
      if last == slotLast {
        leaf.setSlot(newEnd, word)
        leaf.setPivot(end, first - 1)
        slot = newEnd
      } else {
        leaf.setSlot(newEnd, content)
        leaf.setPivot(end, last)
        leaf.setSlot(end, word)
      }
    } else {
      leaf.setSlot(newEnd, content)
      leaf.setPivot(end + 1, last)
      leaf.setSlot(end + 1, word)
      leaf.setPivot(end, first - 1)
      slot = end + 1
    }
    if word == 0 || content == 0 { tree.updateGaps(above: leaf, min: min, max: max) }
  }

  /// Writes the leaf anew: into a new node where readers are about, else over itself. Kernel: `mas_wr_node_store()`.
  mutating func storeNode(_ reserve: inout NodeReserve) {
    let old = leaf
    guard tree.usesReadCopyUpdate else {
      let image = Node(base: tree.header.leafImage, kind: .leaf, in: tree.geometry)
      image.clear()
      buildImage(in: image)
      image.setParent(old.parent)
      old.overwrite(with: image)
      tree.updateGaps(above: old, min: min, max: max)
      return
    }
    let new = tree.takeNode(.leaf, from: &reserve)
    buildImage(in: new)
    let link = old.parent
    new.setParent(link)
    if link.isRoot {
      tree.setRootWord(new.reference.rootWord)
    } else {
      tree.parentNode(link).setSlot(link.slot, new.reference.word)
    }
    tree.discard(old)
    leaf = new
    tree.updateGaps(above: new, min: min, max: max)
  }

  /// Fills a zeroed leaf with the old content and the store.
  private mutating func buildImage(in image: Node) {
    let old = leaf
    image.copyWords(from: old, slots: 0, count: slot, to: 0, pivots: slot)
    var position = slot
    if slotFirst < first {
      image.setSlot(position, content)
      image.setPivot(position, first - 1)
      position += 1
    }
    image.setSlot(position, word)
    if position < image.pivotCount { image.setPivot(position, last) }
    slot = position
    // What is left of the slot that the store ends in, and all behind it.
    let rest = last == lastSlotLast ? lastSlot + 1 : lastSlot
    if rest <= end {
      let count = end - rest + 1
      image.copyWords(from: old, slots: rest, count: count, to: position + 1, pivots: count - 1)
    }
    if newEnd < image.pivotCount {
      image.setPivot(newEnd, max)
      image.setMetadata(end: newEnd)
    }
  }

  /// Joins a leaf's content with the store in the item buffer, and returns the number of items. Kernel:
  /// `mas_store_b_node()`.
  mutating func fillItems() -> Int {
    let items = tree.items
    var count = fillItemsBefore()
    if last < lastSlotLast {
      items.set(count, word: leaf.slot(lastSlot), last: lastSlotLast)
      count += 1
    }
    if lastSlot < end {
      count = items.copy(leaf, from: lastSlot + 1, through: end, end: end, max: max, to: count)
    }
    return count
  }

  /// Joins what a leaf holds before the store with the store itself, and returns the number of items.
  mutating func fillItemsBefore() -> Int {
    let items = tree.items
    var count = slot == 0 ? 0 : items.copy(leaf, from: 0, through: slot - 1, end: end, max: max, to: 0)
    if slotFirst < first {
      items.set(count, word: content, last: first - 1)
      count += 1
    }
    items.set(count, word: word, last: last)
    return count + 1
  }
}
