import Harness
import Operations
import RangeMapCore

/// What came of an operation, in the words of scripts.
package enum TraceText {
  /// - Parameters:
  ///   - before: what was done before the operation.
  ///   - after: what was done with it.
  ///   - cursor: the cursor that it used, as it then is.
  package static func text(
    _ operation: Operation, _ before: RunProgress, _ after: RunProgress, cursor: CursorState?
  ) -> String {
    if operation.kind.isOrder { return order(operation) }
    var parts = [result(operation, before, after)]
    if let cursor, after.lastResult == .performed {
      parts.append("cursor at \(range(cursor.range)), \(cursor.status)")
    }
    let refused = after.refusals - before.refusals
    if refused > 0 { parts.append("\(refused) \(refused == 1 ? "request" : "requests") for memory refused") }
    if after.lastInterloperRan { parts.append("another writer came in") }
    return parts.joined(separator: "; ")
  }

  private static func result(_ operation: Operation, _ before: RunProgress, _ after: RunProgress) -> String {
    if after.lastResult == .skipped { return "not made: the subject does not have it" }
    guard let stores = FillStores(operation) else { return text(after.lastOutcome) }
    let (made, failed) = (after.calls - before.calls, after.errors - before.errors)
    let text = made == 1 ? "1 store" : "\(made) stores"
    if made == 0 { return stores.isEmpty ? "nothing to store" : text }
    return failed == 0 ? text : "\(text), \(failed) refused"
  }

  /// What a call returned, as scripts write it.
  package static func text(_ outcome: CallOutcome) -> String {
    switch outcome {
    case .done: "done"
    case .entry(let entry): text(entry)
    case .found(let entry, let found): "\(text(entry)), index \(index(found))"
    case .index(let found): index(found)
    case .cyclic(let found, let wrapped, let next):
      "\(index(found))\(wrapped ? ", from the start again" : ""), next \(index(next))"
    case .failure(let error, let next): "error: \(text(error))" + (next == 0 ? "" : ", next \(index(next))")
    }
  }

  private static func text(_ error: RangeMapError) -> String {
    let words = if case .occupied(let entry) = error { "occupied by \(text(entry))" } else { "\(error)" }
    guard let name = code(error.kernelCode) else { return words }
    return "\(words) (\(name))"
  }

  /// The name of one of the kernel's numbers for errors; `nil` if the kernel has none.
  private static func code(_ number: Int32) -> String? {
    switch number {
    case -22: "-EINVAL"
    case -17: "-EEXIST"
    case -16: "-EBUSY"
    case -12: "-ENOMEM"
    default: nil
    }
  }

  private static func order(_ operation: Operation) -> String {
    switch operation.kind {
    case .failAllocation, .interlope: "for the next call"
    case .atMost: "for the next store"
    case .verify: "all as the oracle has it"
    default: "done"
    }
  }

  /// NULL is written out: beside an arrow its sign in scripts could be taken for nothing.
  private static func text(_ entry: Entry?) -> String { entry == nil ? "NULL" : ScriptText.text(entry) }

  private static func index(_ index: UInt64) -> String { index == .max ? "max" : "0x" + String(index, radix: 16) }

  private static func range(_ range: KeyRange) -> String {
    range.first == range.last ? index(range.first) : "\(index(range.first))...\(index(range.last))"
  }
}

extension FillStores {
  /// Whether there is nothing to store.
  fileprivate var isEmpty: Bool {
    var stores = self
    return stores.next() == nil
  }
}
