import RangeMapCore

/// All that one call returned, of whatever kind the call is.
public enum CallOutcome: Hashable, Sendable {
  /// The call returns nothing.
  case done
  /// The entry that was found, stored over or erased.
  case entry(Entry?)
  /// The entry that was found, and where the search's index went.
  case found(Entry?, index: UInt64)
  /// The index that was found.
  case index(UInt64)
  /// The index that was taken, whether the search began again, and where the next one begins.
  case cyclic(index: UInt64, wrapped: Bool, next: UInt64)
  /// The call was refused; `next` is where the next cyclic search begins, and 0 for all other calls.
  case failure(RangeMapError, next: UInt64)

  /// The error, where the call was refused.
  @inlinable
  public var error: RangeMapError? {
    if case .failure(let error, _) = self { error } else { nil }
  }
}

extension CallOutcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .done: "success"
    case .entry(let entry): Self.text(entry)
    case .found(let entry, let index): "\(Self.text(entry)), index now \(Self.text(index))"
    case .index(let index): "index \(Self.text(index))"
    case .cyclic(let index, let wrapped, let next):
      "index \(Self.text(index)), \(wrapped ? "wrapped" : "not wrapped"), next \(Self.text(next))"
    case .failure(let error, let next): next == 0 ? "error: \(error)" : "error: \(error), next \(Self.text(next))"
    }
  }

  @usableFromInline
  static func text(_ entry: Entry?) -> String { entry.map { "entry \($0)" } ?? "NULL" }

  @usableFromInline
  static func text(_ index: UInt64) -> String { "0x\(String(index, radix: 16))" }
}
