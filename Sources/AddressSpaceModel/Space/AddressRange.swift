import RangeMapCore

extension KeyRange {
  /// The addresses from `start` up to `end`, which is not one of them; nil where the ends are no pages, or out of
  /// order, or above
  /// what a process may map.
  public init?(start: UInt64, end: UInt64) {
    guard start < end, end <= AddressLayout.userEnd, (start | end) % AddressLayout.pageSize == 0 else { return nil }
    self.init(start, end - 1)
  }

  /// The address behind the range; 0 for the top.
  var end: UInt64 { last &+ 1 }
}
