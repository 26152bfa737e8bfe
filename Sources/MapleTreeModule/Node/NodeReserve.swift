import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Nodes in hand for a write: everything that it will need, before it changes anything. Kernel: the `alloc` of
/// `struct ma_state`.
struct NodeReserve {
  private var first: UnsafeMutableRawPointer?
  private(set) var count = 0

  init() {}

  /// The next of a list of nodes that no tree holds. Kept in the place of pivot 0, so that a dead node's slots stay
  /// readable.
  @inline(__always)
  static func link(of node: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    (node + 8).load(as: UnsafeMutableRawPointer?.self)
  }

  @inline(__always)
  static func setLink(of node: UnsafeMutableRawPointer, _ next: UnsafeMutableRawPointer?) {
    AccessWitness.note(.store, node + 8)
    (node + 8).storeBytes(of: next, as: UnsafeMutableRawPointer?.self)
  }

  @inline(__always)
  mutating func put(_ node: UnsafeMutableRawPointer) {
    NodeReserve.setLink(of: node, first)
    first = node
    count += 1
  }

  /// Takes a node out as it is. The reserve must not be empty: the plan saw to that.
  @inline(__always)
  mutating func take() -> UnsafeMutableRawPointer {
    guard let node = first else { preconditionFailure("a store took more nodes than its plan asked for") }
    first = NodeReserve.link(of: node)
    count -= 1
    return node
  }

  /// Takes a node out with all bytes 0. Kernel: `mas_pop_node()`.
  @inline(__always)
  mutating func takeZeroed() -> UnsafeMutableRawPointer {
    let node = take()
    AccessWitness.note(.store, node, size: Node.byteCount)
    memset(node, 0, Node.byteCount)
    return node
  }
}
