import Support

/// The states that a piece reached: in order, each once, by the least of the ways that lead to it.
struct ReachedStates {
  private struct Reached {
    var key: StateKey
    /// The state that it was reached from, by its number in the piece.
    var origin: Int32
    var step: UInt16
  }

  private var paths: [[UInt16]] = []
  private var all: [Reached] = []
  /// How many are in order already.
  private var settled = 0

  var count: Int { all.count }

  /// What follows is reached from a state.
  mutating func begin(_ path: [UInt16]) { paths.append(path) }

  mutating func add(_ key: StateKey, by step: UInt16) {
    all.append(Reached(key: key, origin: Int32(paths.count - 1), step: step))
    if all.count >= 2 * settled + 1 << 20 { settle() }
  }

  private func precedes(_ one: Reached, _ other: Reached) -> Bool {
    if one.key != other.key { return one.key < other.key }
    if one.origin == other.origin { return one.step < other.step }
    return paths[Int(one.origin)].lexicographicallyPrecedes(paths[Int(other.origin)])
  }

  /// Puts all in order, and keeps one of each key.
  mutating func settle() {
    all.sort(by: precedes)
    var kept = 0
    for place in all.indices where place == 0 || all[place].key != all[kept - 1].key {
      all[kept] = all[place]
      kept += 1
    }
    all.removeLast(all.count - kept)
    settled = kept
  }

  /// Writes the states of an owner.
  func write(to path: String, ofOwner owner: Int, of owners: Int) throws(CommandFailure) {
    var writer = try StateWriter(path)
    var bytes: [UInt8] = []
    for reached in all where reached.key.owner(of: owners) == owner {
      bytes.removeAll(keepingCapacity: true)
      StateRecord.append(reached.key, to: &bytes)
      for step in paths[Int(reached.origin)] { StateRecord.append(step, to: &bytes) }
      StateRecord.append(reached.step, to: &bytes)
      try writer.append(bytes)
    }
    try writer.finish()
  }
}
