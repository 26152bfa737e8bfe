/// A run of indices, both ends included.
///
/// The kernel writes it as the pair `index` and `last`. The type carries whatever a caller asks for, so that an
/// inverted pair can reach a subject and be refused there by `RangeMapError.invalidRange`; `isValid` tells the two
/// apart.
public struct KeyRange: Hashable, Sendable {
  /// The lowest index of the range.
  public var first: UInt64
  /// The highest index of the range.
  public var last: UInt64

  @inlinable
  public init(_ first: UInt64, _ last: UInt64) {
    self.first = first
    self.last = last
  }

  @inlinable
  public init(_ range: ClosedRange<UInt64>) {
    self.init(range.lowerBound, range.upperBound)
  }

  /// The whole index space, `0...UInt64.max`.
  @inlinable
  public static var all: KeyRange { KeyRange(0, .max) }

  /// A range of one index.
  @inlinable
  public static func single(_ index: UInt64) -> KeyRange { KeyRange(index, index) }

  /// Whether the ends are in order.
  @inlinable
  public var isValid: Bool { first <= last }

  /// The number of indices less one, which fits 64 bits where the count of the whole space would not.
  @inlinable
  public var countLessOne: UInt64 { last &- first }

  @inlinable
  public func contains(_ index: UInt64) -> Bool { first <= index && index <= last }

  @inlinable
  public func contains(_ other: KeyRange) -> Bool { first <= other.first && other.last <= last }

  @inlinable
  public func overlaps(_ other: KeyRange) -> Bool { first <= other.last && other.first <= last }
}

extension KeyRange: CustomStringConvertible {
  /// The range as scripts write it: `0x10...0x1f`.
  public var description: String { "0x\(String(first, radix: 16))...0x\(String(last, radix: 16))" }
}
