import RangeMapCore

extension ScriptText {
  /// Writes a script. Each line of `comments`, given without `#`, comes before the `tree` line.
  public static func print(_ script: Script, comments: [String] = []) -> String {
    var text = "maple \(version)\n"
    for comment in comments {
      for line in comment.split(separator: "\n", omittingEmptySubsequences: false) { text += commentLine(line) }
    }
    text += "tree"
    for flag in flags where script.configuration[keyPath: flag.set] { text += " " + flag.word }
    text += "\n"
    for operation in script.operations {
      text += print(operation)
      text += "\n"
    }
    return text
  }

  /// Writes an operation as one line, without the newline.
  public static func print(_ operation: Operation) -> String {
    switch operation {
    case .load, .find, .findAfter, .next, .previous, .lowestGap, .highestGap: printRead(operation)
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase: printCursor(operation)
    case .store(let range, let entry, let policy): "store \(text(range)) \(text(entry))\(text(policy))"
    case .insert(let range, let entry, let policy): "insert \(text(range)) \(text(entry))\(text(policy))"
    case .erase(let index, let policy): "erase \(text(index))\(text(policy))"
    case .allocateLowest(let size, let window, let entry, let policy):
      "allocate lowest \(count(size))\(within(window)) \(text(entry))\(text(policy))"
    case .allocateHighest(let size, let window, let entry, let policy):
      "allocate highest \(count(size))\(within(window)) \(text(entry))\(text(policy))"
    case .allocateCyclic(let window, let entry, let policy):
      "allocate cyclic\(within(window)) \(text(entry))\(text(policy))"
    case .removeAll: "clear"
    case .setReadCopyUpdate(let enabled): enabled ? "rcu on" : "rcu off"
    case .duplicate(let policy): "dup\(text(policy))"
    case .fill(let number, let first, let stride, let width, let entry):
      "fill \(number) from \(text(first)) stride \(count(stride)) width \(count(width)) \(text(entry))"
    case .prepare(let range, let entry, let policy): "prepare \(text(range)) \(text(entry))\(text(policy))"
    case .storePrepared: "store-prepared"
    case .abandonPrepared: "abandon-prepared"
    case .beginBulk(let expected, let policy): "bulk begin \(count(expected))\(text(policy))"
    case .bulkStore(let range, let entry): "bulk store \(text(range)) \(text(entry))"
    case .bulkFill(let number, let first, let stride, let width, let entry):
      "bulk fill \(number) from \(text(first)) stride \(count(stride)) width \(count(width)) \(text(entry))"
    case .endBulk: "bulk end"
    case .failAllocation(let index, let forever): "fail \(count(index))\(forever ? " forever" : "")"
    case .interlope(let range, let entry): "meanwhile store \(text(range)) \(text(entry))"
    case .enterReader: "reader enter"
    case .leaveReader: "reader leave"
    case .verify: "verify"
    case .atMost(let nodes): "at-most \(count(nodes))"
    }
  }

  private static func printRead(_ operation: Operation) -> String {
    switch operation {
    case .load(let index): "load \(text(index))"
    case .find(let first, let last): "find \(text(first))\(through(last))"
    case .findAfter(let first, let last): "find-after \(text(first))\(through(last))"
    case .next(let index, let last): "next \(text(index))\(through(last))"
    case .previous(let index, let limit): "previous \(text(index))\(downTo(limit))"
    case .lowestGap(let size, let window): "gap lowest \(count(size))\(within(window))"
    case .highestGap(let size, let window): "gap highest \(count(size))\(within(window))"
    default: preconditionFailure("not a plain read")
    }
  }

  private static func printCursor(_ operation: Operation) -> String {
    switch operation {
    case .cursorSet(let cursor, let range): "cursor \(cursor) set \(text(range))"
    case .cursorMove(let cursor, let move, let limit):
      "cursor \(cursor) \(word(of: move))\(move.isForward ? through(limit) : downTo(limit))"
    case .cursorPause(let cursor): "cursor \(cursor) pause"
    case .cursorReset(let cursor): "cursor \(cursor) reset"
    case .cursorStore(let cursor, let entry, let policy): "cursor \(cursor) store \(text(entry))\(text(policy))"
    case .cursorErase(let cursor, let policy): "cursor \(cursor) erase\(text(policy))"
    default: preconditionFailure("not an operation of a cursor")
    }
  }

  // MARK: Parts of a line. Those that may be absent begin with their space.

  static func text(_ index: UInt64) -> String { index == .max ? "max" : "0x" + String(index, radix: 16) }

  static func text(_ range: KeyRange) -> String {
    range.first == range.last ? text(range.first) : text(range.first) + "..." + text(range.last)
  }

  /// An entry as scripts write it: `a`, `v5`, `zero`, `@0x406a`, and `-` for NULL.
  public static func text(_ entry: Entry?) -> String {
    guard let word = entry?.word else { return "-" }
    if word == Entry.zero.word { return "zero" }
    if word & 1 == 1 { return "v\(word >> 1)" }
    if word & 0xfff == 0, word <= 26 << 12 { return String(UnicodeScalar(UInt8(96 + word >> 12))) }
    return "@0x" + String(word, radix: 16)
  }

  /// Sizes and counts are decimal as long as a person can take them in.
  private static func count(_ number: UInt64) -> String { number < 1_000_000 ? String(number) : text(number) }

  private static func text(_ policy: AllocationPolicy) -> String {
    switch policy {
    case .maySleep: ""
    case .mustNotSleep: " nowait"
    case .atomic: " atomic"
    }
  }

  private static func through(_ limit: UInt64) -> String { limit == .max ? "" : " through " + text(limit) }
  private static func downTo(_ limit: UInt64) -> String { limit == 0 ? "" : " down-to " + text(limit) }
  private static func within(_ window: KeyRange) -> String { window == .all ? "" : " in " + text(window) }

  /// Control characters become spaces, so that no comment makes a script that cannot be read back.
  private static func commentLine(_ line: Substring) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in line.unicodeScalars { scalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar) }
    return line.isEmpty ? "#\n" : "# " + String(scalars) + "\n"
  }
}
