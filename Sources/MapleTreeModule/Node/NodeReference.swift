import CPrefetch

/// A node's address with its kind in the low bits, as slots and the root pointer hold it. Kernel: `struct maple_enode`.
struct NodeReference: Equatable {
  /// 256-aligned address, kind in bits 3 to 6, bit 2 set; bit 1 only in the root pointer.
  let word: UInt64

  @inline(__always)
  init(word: UInt64) { self.word = word }

  /// Kernel: `mt_mk_node()`.
  @inline(__always)
  init(_ base: UnsafeMutableRawPointer, _ kind: NodeKind) {
    word = UInt64(UInt(bitPattern: base)) | UInt64(kind.rawValue) << 3 | 4
  }

  /// No node.
  static var null: NodeReference { NodeReference(word: 0) }

  @inline(__always)
  var isNull: Bool { word == 0 }

  /// Kernel: `mte_node_type()`.
  @inline(__always)
  var kind: NodeKind { NodeKind(bits: word >> 3) }

  @inline(__always)
  var isLeaf: Bool { word & 0x18 == 0x08 }

  /// Kernel: `mte_to_node()`.
  @inline(__always)
  var base: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: UInt(word & ~0xff)).unsafelyUnwrapped
  }

  /// Asks for all lines of the node, which will be read soon: they are then on their way from memory together, not each
  /// only when a line before has told that it is needed. No node, or one that is no more, does no harm.
  @inline(__always)
  func prefetch() {
    for line in stride(from: 0, to: UInt(Node.byteCount), by: 64) { prefetch_line(UInt(word & ~0xff) &+ line) }
  }

  /// The word for the root pointer. Kernel: `mte_mk_root()`.
  @inline(__always)
  var rootWord: UInt64 { word | 2 }

  /// The node that a root word names, or nil where it is NULL or an entry. Kernel: `xa_is_node()`.
  @inline(__always)
  static func inRoot(_ rootWord: UInt64) -> NodeReference? {
    rootWord & 3 == 2 && rootWord > 4096 ? NodeReference(word: rootWord & ~2) : nil
  }
}
