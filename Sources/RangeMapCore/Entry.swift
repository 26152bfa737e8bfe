/// What a range holds: a word that is not NULL. An absent entry is `nil`.
///
/// The low two bits tell its kind, as in the kernel: `00` an ordinary pointer, `01` and `11` a value entry, `10` a word
/// that looks internal to the library.
public struct Entry: Hashable, Sendable {
  /// The stored word, never 0.
  public let word: UInt64

  /// Makes an entry of any word but 0.
  @inlinable
  public init?(word: UInt64) {
    if word == 0 { return nil }
    self.word = word
  }

  /// Makes an entry of a word that is known not to be 0.
  @inlinable
  public init(nonNullWord word: UInt64) {
    assert(word != 0)
    self.word = word
  }

  /// A value entry. Kernel: `xa_mk_value()`; the value must fit a non-negative signed word.
  @inlinable
  public static func value(_ value: UInt64) -> Entry {
    precondition(value <= UInt64(Int64.max), "a value entry holds 63 bits")
    return Entry(nonNullWord: value << 1 | 1)
  }

  /// The reservation marker: it occupies its range, and the plain interface reads it as NULL. Kernel: `XA_ZERO_ENTRY`.
  @inlinable
  public static var zero: Entry { Entry(nonNullWord: 0x406) }

  /// The greatest word that only the library itself may use. Kernel: `XA_RETRY_ENTRY`.
  @inlinable
  public static var greatestAdvancedWord: UInt64 { 0x402 }

  /// Words below this that look internal are reserved. Kernel: `MAPLE_RESERVED_RANGE`.
  @inlinable
  public static var reservedLimit: UInt64 { 4096 }

  /// Whether the low bits are `10`. Such an entry is never kept in the root pointer, where it could be taken for a
  /// node.
  @inlinable
  public var looksInternal: Bool { word & 3 == 2 }

  /// Whether every write refuses the entry. Kernel: `xa_is_advanced()`.
  @inlinable
  public var isAdvanced: Bool { looksInternal && word <= Entry.greatestAdvancedWord }

  /// Whether the calls that look for a place of their own refuse the entry too. Kernel: `mt_is_reserved()`.
  @inlinable
  public var isReserved: Bool { looksInternal && word < Entry.reservedLimit }

  /// Whether the entry is the reservation marker. Kernel: `xa_is_zero()`.
  @inlinable
  public var isZero: Bool { word == 0x406 }
}

extension Entry: CustomStringConvertible {
  public var description: String { "@0x\(String(word, radix: 16))" }
}
