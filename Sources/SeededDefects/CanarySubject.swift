import RangeMapCore
import SortedArrayOracle

/// A subject that is broken on purpose, in a way that no single operation shows: the proof that the whole chain from
/// generator to shrunk script still finds what it is there to find.
///
/// A store that begins right behind a range of three indices or more, and that overwrites two ranges or more, loses
/// what it should have left of the last of them: the mistake of a tree that finishes a write over several slots with
/// the wrong upper end.
public struct CanarySubject: OracleBackedSubject {
  public var base: SortedArrayOracle

  public init(configuration: MapConfiguration) { base = SortedArrayOracle(configuration: configuration) }

  public mutating func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    let lost = remainderToLose(of: range)
    try base.store(entry, over: range, policy: policy)
    if let lost { try base.store(nil, over: lost, policy: policy) }
  }

  /// What is lost of a store over a range: the rest of the range that holds its last index.
  private func remainderToLose(of range: KeyRange) -> KeyRange? {
    guard range.isValid, range.first > 0, range.last < .max else { return nil }
    let before = base.slot(at: range.first - 1)
    guard before.entry != nil, before.range.last == range.first - 1, before.range.countLessOne >= 2 else { return nil }
    let end = base.slot(at: range.last)
    guard end.entry != nil, end.range.last > range.last, end.range.first > range.first else { return nil }
    return KeyRange(range.last + 1, end.range.last)
  }
}

extension CanarySubject: ShapedRangeMap {
  /// Adds nothing: the canary has no nodes.
  public func describeShape(to shape: inout TreeShape) {}
}
