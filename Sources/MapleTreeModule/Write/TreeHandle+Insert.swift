import RangeMapCore

/// Writes that look first: what they find decides, and may be another after the lock was let go.
extension TreeHandle {
  /// Kernel: `mas_insert()`.
  func insert(_ word: UInt64, over range: KeyRange, policy: AllocationPolicy) throws(RangeMapError) {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      if let entry = firstEntry(in: range) { throw .occupied(by: entry) }
      if try tryStore(word, over: range, &reserve, policy: policy) != nil { return }
    }
  }

  /// The first entry that overlaps a range.
  func firstEntry(in range: KeyRange) -> Entry? {
    var position = Position(self, at: .single(range.first))
    let word = position.walk(to: range.first)
    if word != 0 { return Entry(word: word) }
    // NULLs are joined: what comes behind this one is an entry.
    if position.last >= range.last { return nil }
    return Entry(word: position.walk(to: position.last + 1))
  }

  /// Kernel: `mas_erase()`.
  func erase(at index: UInt64, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    var reserve = NodeReserve()
    defer { empty(&reserve) }
    while true {
      var position = Position(self, at: .single(index))
      guard let entry = Entry(word: position.walk(to: index)) else { return nil }
      let range = KeyRange(position.first, position.last)
      if try tryStore(0, over: range, &reserve, policy: policy) != nil { return entry }
    }
  }
}
