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
  /// Nodes handed out since the tree was made.
  private(set) var allocatedNodes = 0
  private var free: UnsafeMutableRawPointer?
  /// The slabs, each linked to the one before by its first, unused node.
  private var slabs: UnsafeMutableRawPointer?
  /// The slabs from here on have not been used since the pool was emptied.
  private var unusedSlabs: UnsafeMutableRawPointer?
  private var untouched: UnsafeMutableRawPointer?
  private var untouchedNodes = 0
  private var slabNodes = 7

  /// What the first node of a slab says.
  private struct SlabHead {
    let next: UnsafeMutableRawPointer?
    /// How many nodes are behind the first.
    let nodes: Int
  }

  /// Bytes that the machine can map as one page, and so the greatest slab.
  private static var hugePage: Int { 2 << 20 }

  /// The nodes of the greatest slab, without its first.
  private static var greatestSlab: Int { hugePage / Node.byteCount - 1 }

  init() {}

  deinit {
    assert(liveNodes == 0, "nodes outlive their tree")
    var slab = slabs
    while let current = slab {
      slab = current.load(as: SlabHead.self).next
      Glibc.free(current)
    }
  }

  /// Asks for `count` nodes: all, linked by `NodeReserve.link(of:)`, or none. One request of the budget.
  @inline(always)
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

  /// What a request for the nodes of a copy gave.
  enum CopyRequest {
    /// Nothing: the request was refused.
    case refused
    /// Nodes that follow each other in memory, from this one on.
    case run(UnsafeMutableRawPointer)
    /// Nodes from here and there.
    case scattered
  }

  /// Asks for `count` nodes, and writes their addresses to `addresses` where they do not follow each other in memory.
  /// One request of the budget.
  @inline(__always)
  mutating func request(_ count: Int, into addresses: UnsafeMutablePointer<UInt64>) -> CopyRequest {
    guard budget.permitsRequest() else { return .refused }
    guard free == nil && untouchedNodes >= count else {
      return takeScattered(count, into: addresses) ? .scattered : .refused
    }
    let first = untouched.unsafelyUnwrapped
    untouched = first + count &* Node.byteCount
    untouchedNodes &-= count
    liveNodes &+= count
    allocatedNodes &+= count
    return .run(first)
  }

  private mutating func takeScattered(_ count: Int, into addresses: UnsafeMutablePointer<UInt64>) -> Bool {
    for taken in 0..<count {
      guard let node = takeNode() else {
        for index in 0..<taken { giveBack(NodeReference(word: addresses[index]).base) }
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

  /// Takes all nodes back at once: nothing refers to any of them any more. False, with nothing done, where each node is
  /// an allocation of its own.
  mutating func takeBackAll() -> Bool {
    #if MAPLE_SANITIZE
      return false
    #else
      liveNodes = 0
      free = nil
      untouchedNodes = 0
      unusedSlabs = slabs
      return true
    #endif
  }

  /// Gets memory for `count` nodes without touching any pool, so that no lock is needed. Nil where there is none, or
  /// where each node is an allocation of its own.
  static func makeSlab(of count: Int) -> UnsafeMutableRawPointer? {
    #if MAPLE_SANITIZE
      return nil
    #else
      let bytes = (count + 1) * Node.byteCount
      let isHuge = bytes >= hugePage
      guard let slab = aligned_alloc(isHuge ? hugePage : Node.byteCount, bytes) else { return nil }
      // A great tree is walked with fewer misses of the address translation. A refusal changes nothing else.
      if isHuge { madvise(slab, bytes, MADV_HUGEPAGE) }
      return slab
    #endif
  }

  /// Takes over a slab of `count` nodes.
  mutating func adopt(_ slab: UnsafeMutableRawPointer?, of count: Int) {
    guard let slab else { return }
    push(slab, of: count)
    for index in 1...count {
      let node = slab + index * Node.byteCount
      NodeReserve.setLink(of: node, free)
      free = node
    }
  }

  private mutating func push(_ slab: UnsafeMutableRawPointer, of count: Int) {
    slab.storeBytes(of: SlabHead(next: slabs, nodes: count), as: SlabHead.self)
    slabs = slab
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
    allocatedNodes &+= 1
    return node
  }

  /// Goes on to a slab whose nodes were all taken back, or else to a new one.
  private mutating func addSlab() -> Bool {
    var next = unusedSlabs
    if next == nil, let slab = NodePool.makeSlab(of: slabNodes) {
      push(slab, of: slabNodes)
      slabNodes = min(slabNodes * 2 + 1, NodePool.greatestSlab)
      next = slab
    } else if let slab = next {
      unusedSlabs = slab.load(as: SlabHead.self).next
    }
    guard let slab = next else { return false }
    untouched = slab + Node.byteCount
    untouchedNodes = slab.load(as: SlabHead.self).nodes
    return true
  }
}
