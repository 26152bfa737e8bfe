import RangeMapCore

// The only place that a counted build differs in.
#if MAPLE_COUNTS
  /// What a tree counts of itself if it is built to count, as the target `CountedMapleTree` is: the same sources a
  /// second time, so that no other build pays for it: a flag that is asked while the tree runs costs a load 3 % more
  /// instructions, and a step of an iteration 27 %. Such a tree is for one thread.
  struct TreeCounts {
    static var areKept: Bool { true }
    /// How often an access was to another node than the access before.
    private(set) var visits: UInt64 = 0
    /// The levels of the tree at each store that walked, summed: what recording a gap on every level grows with.
    fileprivate(set) var levelsOfStores: UInt64 = 0
    private var lastVisited: UnsafeMutableRawPointer?
    /// Told of each store after it was made, with the nodes that it took.
    fileprivate var whenStored: ((Forecast, _ nodesTaken: Int) -> Void)?
    /// The store that is being made.
    fileprivate var announced: Forecast?

    mutating func visit(_ node: UnsafeMutableRawPointer) {
      if node == lastVisited { return }
      lastVisited = node
      visits += 1
    }
  }

  extension MapleTree {
    /// Sets who is told of each store after it was made, with the nodes that it took.
    package func whenStored(_ body: ((Forecast, _ nodesTaken: Int) -> Void)?) {
      handle.header.counts.whenStored = body
    }
  }

  extension TreeHandle {
    /// Notes what a store will be; the visits that this takes are not counted.
    func announceStore(_ word: UInt64, over range: KeyRange, isBulk: Bool) {
      guard header.counts.whenStored != nil else { return }
      let counts = header.counts
      let forecast = forecast(word, over: range, isBulk: isBulk)
      header.counts = counts
      header.counts.announced = forecast
    }

    func countLevels() { header.counts.levelsOfStores += UInt64(height) }

    /// Tells of the store that was announced.
    func reportStore() {
      guard let forecast = header.counts.announced else { return }
      header.counts.announced = nil
      header.counts.whenStored?(forecast, header.nodesTaken)
    }
  }
#else
  /// A tree that is not built to count: nothing of this is left in it.
  struct TreeCounts {
    static var areKept: Bool { false }
    var visits: UInt64 { 0 }
    var levelsOfStores: UInt64 { 0 }

    @inline(__always)
    func visit(_ node: UnsafeMutableRawPointer) {}
  }

  extension TreeHandle {
    @inline(__always)
    func announceStore(_ word: UInt64, over range: KeyRange, isBulk: Bool) {}

    @inline(__always)
    func countLevels() {}

    @inline(__always)
    func reportStore() {}
  }
#endif
