#if MAPLE_COUNTS
  import RangeMapCore

  /// What a tree counts of itself where it is built to count, as the target `CountedMapleTree` is: the same sources a
  /// second time, so that no other build pays for it. Such a tree is for one thread.
  struct TreeCounts {
    /// How often an access was to another node than the access before.
    private(set) var visits: UInt64 = 0
    /// The levels of the tree at each store that walked, summed: what recording a gap on every level grows with.
    var levelsOfStores: UInt64 = 0
    private var lastVisited: UnsafeMutableRawPointer?
    /// Told of each store after it was made, with the nodes that it took.
    var whenStored: ((PlannedStore, _ nodesTaken: Int) -> Void)?
    /// The store that is being made.
    fileprivate var announced: PlannedStore?

    mutating func visit(_ node: UnsafeMutableRawPointer) {
      if node == lastVisited { return }
      lastVisited = node
      visits += 1
    }
  }

  extension MapleTree {
    /// Sets who is told of each store after it was made, with the nodes that it took.
    public func whenStored(_ body: ((PlannedStore, _ nodesTaken: Int) -> Void)?) {
      header.pointee.counts.whenStored = body
    }
  }

  extension UnsafeMutablePointer where Pointee == TreeHeader {
    /// Notes what a store will be; the visits that this takes are not counted.
    func announceStore(_ word: UInt64, over range: KeyRange, isBulk: Bool) {
      guard pointee.counts.whenStored != nil else { return }
      let counts = pointee.counts
      let planned = plannedStore(word, over: range, isBulk: isBulk)
      pointee.counts = counts
      pointee.counts.announced = planned
    }

    /// Tells of the store that was announced.
    func reportStore() {
      guard let planned = pointee.counts.announced else { return }
      pointee.counts.announced = nil
      pointee.counts.whenStored?(planned, pointee.nodesTaken)
    }
  }
#endif
