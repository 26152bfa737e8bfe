/// Keys of states that were reached before, as many as there is memory for: a table with open addressing.
///
/// It says of no state that it was seen which was not. What it has no room for is told apart later, by the files.
final class SeenStates {
  private var table: UnsafeMutableBufferPointer<StateKey>
  private var isUsed: UnsafeMutableBufferPointer<Bool>
  private(set) var count = 0
  private let greatest: Int

  /// - Parameter bytes: the memory that it may use.
  init(bytes: Int) {
    greatest = max(1024, bytes / (2 * (MemoryLayout<StateKey>.stride + 1)))
    (table, isUsed) = Self.make(1024)
  }

  deinit {
    table.deallocate()
    isUsed.deallocate()
  }

  private static func make(
    _ count: Int
  ) -> (UnsafeMutableBufferPointer<StateKey>, UnsafeMutableBufferPointer<Bool>) {
    let table = UnsafeMutableBufferPointer<StateKey>.allocate(capacity: count)
    table.initialize(repeating: StateKey(high: 0, low: 0))
    let isUsed = UnsafeMutableBufferPointer<Bool>.allocate(capacity: count)
    isUsed.initialize(repeating: false)
    return (table, isUsed)
  }

  private func place(of key: StateKey) -> Int {
    // The highest bits choose the owner among shards.
    var place = Int(truncatingIfNeeded: key.low) & (table.count - 1)
    while isUsed[place] && table[place] != key { place = (place + 1) & (table.count - 1) }
    return place
  }

  func contains(_ key: StateKey) -> Bool { isUsed[place(of: key)] }

  /// Notes a state, if there is memory for it.
  func insert(_ key: StateKey) {
    if 2 * (count + 1) > table.count {
      guard 2 * table.count <= 2 * greatest else { return }
      let (oldTable, oldUse) = (table, isUsed)
      (table, isUsed) = Self.make(2 * oldTable.count)
      for old in oldTable.indices where oldUse[old] {
        let new = place(of: oldTable[old])
        (table[new], isUsed[new]) = (oldTable[old], true)
      }
      oldTable.deallocate()
      oldUse.deallocate()
    }
    let place = place(of: key)
    if isUsed[place] { return }
    (table[place], isUsed[place]) = (key, true)
    count += 1
  }
}
