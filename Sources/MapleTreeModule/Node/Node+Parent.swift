import RangeMapCore
import Synchronization

/// Where a node hangs: its parent's address and the slot in it, or the tree itself. Kernel: `struct maple_pnode`.
struct ParentLink {
  let word: UInt64

  @inline(__always)
  init(word: UInt64) { self.word = word }

  /// Kernel: `mas_set_parent()`; bits 1 and 2 tell a parent with 64-bit pivots, bits 3 to 7 the slot.
  @inline(__always)
  init(parent: UnsafeMutableRawPointer, slot: Int) {
    word = UInt64(UInt(bitPattern: parent)) | 6 | UInt64(slot) << 3
  }

  /// The link of a root. Kernel: `mas_tree_parent()`.
  @inline(__always)
  init(tree: UnsafeMutableRawPointer) { word = UInt64(UInt(bitPattern: tree)) | 1 }

  /// The link of the next slot's child.
  @inline(__always)
  var next: ParentLink { ParentLink(word: word &+ 1 << 3) }

  /// Kernel: `ma_is_root()`.
  @inline(__always)
  var isRoot: Bool { word & 1 != 0 }

  /// The address of the parent node. Kernel: `mte_parent()`.
  @inline(__always)
  var base: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: UInt(word & ~0xff)).unsafelyUnwrapped
  }

  /// The slot in the parent. Kernel: `mte_parent_slot()`.
  @inline(__always)
  var slot: Int { Int(word >> 3 & 0x1f) }
}

extension Node {
  @inline(__always)
  var parent: ParentLink {
    AccessWitness.note(.load, base)
    let word = base.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    AccessWitness.note(.readBarrier)
    return ParentLink(word: word)
  }

  @inline(__always)
  func setParent(_ link: ParentLink) {
    AccessWitness.note(.release)
    AccessWitness.note(.store, base)
    base.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(link.word, ordering: .releasing)
  }

  /// Whether the node was replaced. All that was read from it before the answer is void if so. Kernel:
  /// `ma_dead_node()`.
  @inline(__always)
  var isDead: Bool {
    // What was read of the node must be read before its parent word is.
    orderLoads()
    AccessWitness.note(.load, base)
    return base.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .relaxed) & ~0xff
      == UInt64(UInt(bitPattern: base))
  }

  /// Tells readers in the node that it was replaced. Kernel: `mte_set_node_dead()`.
  @inline(__always)
  func markDead() {
    setParent(ParentLink(word: UInt64(UInt(bitPattern: base))))
    // The node's low pivots are overwritten from here on.
    orderStores()
  }
}
