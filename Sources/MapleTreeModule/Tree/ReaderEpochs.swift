import Synchronization

/// Keeps replaced nodes until no reader can be in them: two generations of readers, and of nodes that wait for them.
///
/// A node that is retired in epoch `e` may be seen by readers of `e` and of `e - 1`, never by one that enters in
/// `e + 1`. An epoch ends only when the readers of the one before have left; so the node is free at `e + 2`. Kernel:
/// `kfree_rcu()`.
struct ReaderEpochs: ~Copyable {
  private let epoch = Atomic<UInt64>(0)
  private let evenReaders = Atomic<Int>(0)
  private let oddReaders = Atomic<Int>(0)
  /// Nodes retired in this epoch, and in the one before. Only writers touch them.
  private var retiredNow = NodeReserve()
  private var retiredBefore = NodeReserve()

  init() {}

  /// Nodes that wait for readers to leave.
  var retiredNodes: Int { retiredNow.count + retiredBefore.count }

  /// Enters, and returns the generation to leave with. Wait-free but for a writer that ends epochs meanwhile.
  func enter() -> UInt64 {
    while true {
      let current = epoch.load(ordering: .sequentiallyConsistent)
      add(1, to: current)
      // A writer may have ended the epoch before it saw this reader.
      if epoch.load(ordering: .sequentiallyConsistent) == current { return current }
      add(-1, to: current)
    }
  }

  /// Leaves a generation that was entered.
  func leave(_ generation: UInt64) { add(-1, to: generation) }

  /// Takes a dead node that no new reader can reach.
  mutating func retire(_ node: UnsafeMutableRawPointer) { retiredNow.put(node) }

  /// Ends as many epochs as the readers allow, and gives the nodes back that nobody can be in.
  mutating func reclaim(into pool: inout NodePool) {
    for _ in 0..<2 where retiredNodes > 0 {
      let current = epoch.load(ordering: .sequentiallyConsistent)
      guard readers(of: current &- 1) == 0 else { return }
      while retiredBefore.count > 0 { pool.giveBack(retiredBefore.take()) }
      retiredBefore = retiredNow
      retiredNow = NodeReserve()
      epoch.store(current &+ 1, ordering: .sequentiallyConsistent)
    }
  }

  /// Gives all waiting nodes back, when the tree ends and no reader can be inside.
  mutating func reclaimAll(into pool: inout NodePool) {
    while retiredBefore.count > 0 { pool.giveBack(retiredBefore.take()) }
    while retiredNow.count > 0 { pool.giveBack(retiredNow.take()) }
  }

  private func readers(of generation: UInt64) -> Int {
    generation & 1 == 0
      ? evenReaders.load(ordering: .sequentiallyConsistent) : oddReaders.load(ordering: .sequentiallyConsistent)
  }

  private func add(_ count: Int, to generation: UInt64) {
    if generation & 1 == 0 {
      evenReaders.wrappingAdd(count, ordering: .sequentiallyConsistent)
    } else {
      oddReaders.wrappingAdd(count, ordering: .sequentiallyConsistent)
    }
  }
}
