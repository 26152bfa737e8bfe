import RangeMapCore

/// Children that follow each other in memory. Two slots are handled at a time: a copy of a tree does little else than
/// this.
extension Node {
  /// Whether the first `count` slots name nodes of one kind that follow each other in memory.
  /// - Complexity: O(count).
  @inline(__always)
  func childrenAreRun(_ count: Int) -> Bool {
    let first = slot(0)
    var expected = SIMD2(first, first &+ UInt64(Node.byteCount))
    var difference = SIMD2<UInt64>.zero
    var index = 0
    while index &+ 1 < count {
      difference |= slotPair(index) ^ expected
      expected &+= SIMD2(repeating: UInt64(2 &* Node.byteCount))
      index &+= 2
    }
    if index < count { difference[0] |= slot(index) ^ expected[0] }
    return difference[0] | difference[1] == 0
  }

  /// Makes `count` nodes that follow each other in memory, from `first` on, the children of this node, which nobody
  /// sees yet, in the place of the ones that a node of which it is a copy has.
  /// - Complexity: O(count).
  @inline(__always)
  func adoptRun(_ count: Int, from first: UnsafeMutableRawPointer, inPlaceOfChildrenOf other: Node) {
    let distance = UInt64(UInt(bitPattern: first)) &- (other.slot(0) & ~0xff)
    var link = ParentLink(parent: base, slot: 0)
    var child = first
    var index = 0
    while index &+ 1 < count {
      setSlotPair(index, other.slotPair(index) &+ SIMD2(repeating: distance))
      Node(base: child, like: self).setParent(link)
      Node(base: child + Node.byteCount, like: self).setParent(link.next)
      link = link.next.next
      child += 2 &* Node.byteCount
      index &+= 2
    }
    if index < count {
      setSlot(index, other.slot(index) &+ distance)
      Node(base: child, like: self).setParent(link)
    }
  }

  @inline(__always)
  private func slotPair(_ index: Int) -> SIMD2<UInt64> {
    (base + (slotsOffset &+ 8 &* index)).load(as: SIMD2<UInt64>.self)
  }

  @inline(__always)
  private func setSlotPair(_ index: Int, _ value: SIMD2<UInt64>) {
    AccessWitness.note(.store, base + (slotsOffset &+ 8 &* index), size: 16)
    (base + (slotsOffset &+ 8 &* index)).storeBytes(of: value, as: SIMD2<UInt64>.self)
  }
}
