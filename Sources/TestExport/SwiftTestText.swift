import Operations
import RangeMapCore

/// Scripts as tests in Swift, to be put into a test target that depends on the harness and on the tree.
package enum SwiftTestText {
  /// A file with one test.
  package static func print(_ script: Script, name: String) -> String {
    let operations = script.operations.map { "      .\(text(of: $0)),\n" }.joined()
    return """
      import Harness
      import MapleTreeModule
      import Operations
      import RangeMapCore
      import Testing

      @Test("\(title(of: name))")
      func \(identifier(of: name))() {
        let script = Script(
          configuration: \(text(of: script.configuration)),
          operations: [
      \(operations)    ])
        let report = Runner<MapleTreeSubject>.run(script) { MapleTreeSubject(configuration: $0) }
        #expect(report.violation == nil)
      }

      """
  }

  /// The name without what would end a string literal.
  package static func title(of name: String) -> String {
    String(name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "?" })
  }

  /// The name as a function's: letters and digits, words joined by capitals.
  package static func identifier(of name: String) -> String {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "replays" + joined
  }

  private static func text(of configuration: MapConfiguration) -> String {
    var parts: [String] = []
    if configuration.tracksGaps { parts.append("tracksGaps: true") }
    if configuration.usesReadCopyUpdate { parts.append("usesReadCopyUpdate: true") }
    if configuration.hasExternalLock { parts.append("hasExternalLock: true") }
    if configuration.geometry != .linux64 { parts.append("geometry: .\(configuration.geometry)") }
    return "MapConfiguration(\(parts.joined(separator: ", ")))"
  }

  /// A case of `Operation` with its values, without the point before it.
  private static func text(of operation: Operation) -> String {
    switch operation {
    case .load(let index): "load(\(text(of: index)))"
    case .find(let first, let last): "find(from: \(text(of: first)), through: \(text(of: last)))"
    case .findAfter(let first, let last): "findAfter(from: \(text(of: first)), through: \(text(of: last)))"
    case .next(let index, let last): "next(after: \(text(of: index)), through: \(text(of: last)))"
    case .previous(let index, let limit): "previous(before: \(text(of: index)), downTo: \(text(of: limit)))"
    case .lowestGap(let size, let window): "lowestGap(size: \(text(of: size)), window: \(text(of: window)))"
    case .highestGap(let size, let window): "highestGap(size: \(text(of: size)), window: \(text(of: window)))"
    case .store(let range, let entry, let policy): "store(\(text(of: range)), \(text(of: entry)), .\(policy))"
    case .insert(let range, let entry, let policy): "insert(\(text(of: range)), \(text(of: entry)), .\(policy))"
    case .erase(let index, let policy): "erase(\(text(of: index)), .\(policy))"
    case .allocateLowest(let size, let window, let entry, let policy):
      "allocateLowest(size: \(text(of: size)), window: \(text(of: window)), \(text(of: entry)), .\(policy))"
    case .allocateHighest(let size, let window, let entry, let policy):
      "allocateHighest(size: \(text(of: size)), window: \(text(of: window)), \(text(of: entry)), .\(policy))"
    case .allocateCyclic(let window, let entry, let policy):
      "allocateCyclic(window: \(text(of: window)), \(text(of: entry)), .\(policy))"
    case .setReadCopyUpdate(let enabled): "setReadCopyUpdate(\(enabled))"
    case .duplicate(let policy): "duplicate(.\(policy))"
    case .fill(let count, let first, let stride, let width, let entry):
      """
      fill(count: \(count), first: \(text(of: first)), stride: \(text(of: stride)), width: \(text(of: width)), \
      \(text(of: entry)))
      """
    case .bulkFill(let count, let first, let stride, let width, let entry):
      """
      bulkFill(count: \(count), first: \(text(of: first)), stride: \(text(of: stride)), width: \(text(of: width)), \
      \(text(of: entry)))
      """
    case .prepare(let range, let entry, let policy): "prepare(\(text(of: range)), \(text(of: entry)), .\(policy))"
    case .beginBulk(let count, let policy): "beginBulk(expecting: \(text(of: count)), .\(policy))"
    case .bulkStore(let range, let entry): "bulkStore(\(text(of: range)), \(text(of: entry)))"
    case .failAllocation(let index, let forever): "failAllocation(\(index), forever: \(forever))"
    case .interlope(let range, let entry): "interlope(\(text(of: range)), \(text(of: entry)))"
    case .atMost(let nodes): "atMost(nodes: \(nodes))"
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase: cursorText(of: operation)
    case .removeAll, .storePrepared, .abandonPrepared, .endBulk, .enterReader, .leaveReader, .verify: "\(operation)"
    }
  }

  private static func cursorText(of operation: Operation) -> String {
    switch operation {
    case .cursorSet(let cursor, let range): "cursorSet(\(cursor), \(text(of: range)))"
    case .cursorMove(let cursor, let move, let limit): "cursorMove(\(cursor), .\(move), limit: \(text(of: limit)))"
    case .cursorPause(let cursor): "cursorPause(\(cursor))"
    case .cursorReset(let cursor): "cursorReset(\(cursor))"
    case .cursorStore(let cursor, let entry, let policy): "cursorStore(\(cursor), \(text(of: entry)), .\(policy))"
    case .cursorErase(let cursor, let policy): "cursorErase(\(cursor), .\(policy))"
    default: preconditionFailure("not an operation of a cursor")
    }
  }

  private static func text(of index: UInt64) -> String { index == .max ? ".max" : "0x" + String(index, radix: 16) }

  private static func text(of range: KeyRange) -> String {
    "KeyRange(\(text(of: range.first)), \(text(of: range.last)))"
  }

  private static func text(of entry: Entry?) -> String {
    entry.map { "Entry(nonNullWord: \(text(of: $0.word)))" } ?? "nil"
  }
}
