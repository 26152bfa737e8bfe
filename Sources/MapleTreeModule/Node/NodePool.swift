import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The memory of a tree's nodes: slabs of 256-byte nodes and a list of free ones.
///
/// Built with `MAPLE_SANITIZE`, each node is an allocation of its own and goes back at once, so that the address
/// sanitizer sees every use of a freed node. Kernel: `maple_node_cache`.
struct NodePool: ~Copyable {
  /// Which requests are refused.
  var budget = AllocationBudget()
  /// Nodes handed out and not given back.
  private(set) var liveNodes = 0
  private var free: UnsafeMutableRawPointer?
  /// The slabs, each linked to the one before by the first word of its first, unused node.
  private var slabs: UnsafeMutableRawPointer?
  private var untouched: UnsafeMutableRawPointer?
  private var untouchedNodes = 0
  private var slabNodes = 4

  /// The greatest slab, in nodes: 64 KiB.
  private static var greatestSlab: Int { 256 }

  init() {}

  deinit {
    assert(liveNodes == 0, "nodes outlive their tree")
    var slab = slabs
    while let current = slab {
      slab = current.load(as: UnsafeMutableRawPointer?.self)
      Glibc.free(current)
    }
  }

  /// Asks for `count` nodes: all, linked by `NodeReserve.link(of:)`, or none. One request of the budget.
  mutating func request(_ count: Int, into reserve: inout NodeReserve) -> Bool {
    guard budget.permitsRequest() else { return false }
    for taken in 0..<count {
      guard let node = takeNode() else {
        for _ in 0..<taken { giveBack(reserve.take()) }
        return false
      }
      reserve.put(node)
    }
    return true
  }

  /// Asks for `count` nodes, and writes their addresses to `addresses`. One request of the budget.
  mutating func request(_ count: Int, into addresses: UnsafeMutablePointer<UInt64>) -> Bool {
    guard budget.permitsRequest() else { return false }
    for taken in 0..<count {
      guard let node = takeNode() else {
        for index in 0..<taken {
          giveBack(NodeReference(word: addresses[index]).base)
          addresses[index] = 0
        }
        return false
      }
      addresses[taken] = UInt64(UInt(bitPattern: node))
    }
    return true
  }

  /// Gives a node back; nothing may refer to it any more.
  mutating func giveBack(_ node: UnsafeMutableRawPointer) {
    liveNodes -= 1
    #if MAPLE_SANITIZE
      Glibc.free(node)
    #else
      NodeReserve.setLink(of: node, free)
      free = node
    #endif
  }

  /// Gets memory for `count` nodes without touching any pool, so that no lock is needed. Nil where there is none, or where each
  /// node is an allocation of its own.
  static func makeSlab(of count: Int) -> UnsafeMutableRawPointer? {
    #if MAPLE_SANITIZE
      return nil
    #else
      return aligned_alloc(Node.byteCount, (count + 1) * Node.byteCount)
    #endif
  }

  /// Takes over a slab of `count` nodes.
  mutating func adopt(_ slab: UnsafeMutableRawPointer?, of count: Int) {
    guard let slab else { return }
    slab.storeBytes(of: slabs, as: UnsafeMutableRawPointer?.self)
    slabs = slab
    for index in 1...count {
      let node = slab + index * Node.byteCount
      NodeReserve.setLink(of: node, free)
      free = node
    }
  }

  private mutating func takeNode() -> UnsafeMutableRawPointer? {
    #if MAPLE_SANITIZE
      guard let node = aligned_alloc(Node.byteCount, Node.byteCount) else { return nil }
    #else
      let node: UnsafeMutableRawPointer
      if let recycled = free {
        free = NodeReserve.link(of: recycled)
        node = recycled
      } else {
        if untouchedNodes == 0 && !addSlab() { return nil }
        node = untouched.unsafelyUnwrapped
        untouched = node + Node.byteCount
        untouchedNodes -= 1
      }
    #endif
    liveNodes += 1
    return node
  }

  private mutating func addSlab() -> Bool {
    guard let slab = aligned_alloc(Node.byteCount, (slabNodes + 1) * Node.byteCount) else { return false }
    slab.storeBytes(of: slabs, as: UnsafeMutableRawPointer?.self)
    slabs = slab
    untouched = slab + Node.byteCount
    untouchedNodes = slabNodes
    slabNodes = min(slabNodes * 2, NodePool.greatestSlab)
    return true
  }
}
