import RangeMapCore

extension ScriptReader {
  /// Reads the whole file.
  /// - Parameter note: told of each operation where its words begin, and its line.
  mutating func script(note: (_ start: Int, _ end: Int, _ line: Int) -> Void = { _, _, _ in }) throws(ScriptError)
    -> Script
  {
    try take("'maple \(ScriptText.version)'") { _, text in text == "maple" ? () : nil }
    try take("the version \(ScriptText.version)") { _, text in text == String(ScriptText.version) ? () : nil }
    try endLine()
    var script = Script()
    _ = try skipEmptyLines()
    script.configuration = try configuration()
    while try skipEmptyLines() {
      let (start, line) = (position, line)
      script.operations.append(try operation())
      note(start, endOfWords, line)
      try endLine()
    }
    return script
  }

  private mutating func configuration() throws(ScriptError) -> MapConfiguration {
    try take("the line 'tree'") { _, text in text == "tree" ? () : nil }
    var configuration = MapConfiguration()
    var isFlag = true
    while isFlag {
      isFlag = false
      for flag in ScriptText.flags where !configuration[keyPath: flag.set] && !isFlag {
        isFlag = try accept(flag.word)
        configuration[keyPath: flag.set] = isFlag
      }
    }
    try endLine()
    return configuration
  }

  private mutating func operation() throws(ScriptError) -> Operation {
    let word = try take("an operation such as 'store'") { _, text in ScriptReader.openingWords[text] }
    switch word {
    case .load: return .load(try index())
    case .find: return .find(from: try index(), through: try limit("through", default: .max))
    case .findAfter: return .findAfter(from: try index(), through: try limit("through", default: .max))
    case .next: return .next(after: try index(), through: try limit("through", default: .max))
    case .previous: return .previous(before: try index(), downTo: try limit("down-to", default: 0))
    case .gap: return try gapOperation()
    case .store: return .store(try range(), try entryOrNull(), try policy())
    case .insert: return .insert(try range(), try entry(), try policy())
    case .erase: return .erase(try index(), try policy())
    case .allocate: return try allocateOperation()
    case .clear: return .removeAll
    case .cursor: return try cursorOperation()
    case .rcu: return .setReadCopyUpdate(try take(oneOf: [("on", true), ("off", false)]))
    case .dup: return .duplicate(try policy())
    case .fill: return try fillOperation(.fill)
    case .prepare: return .prepare(try range(), try entryOrNull(), try policy())
    case .storePrepared: return .storePrepared
    case .abandonPrepared: return .abandonPrepared
    case .bulk: return try bulkOperation()
    case .fail: return .failAllocation(try size("the index of an allocation request"), forever: try accept("forever"))
    case .meanwhile:
      try take(oneOf: [("store", ())])
      return .interlope(try range(), try entryOrNull())
    case .reader: return try take(oneOf: [("enter", .enterReader), ("leave", .leaveReader)])
    case .verify: return .verify
    case .atMost: return .atMost(nodes: try size("a number of nodes"))
    }
  }

  /// The first words of lines.
  private enum OpeningWord: String, CaseIterable {
    case load, find, next, previous, gap, store, insert, erase, allocate, clear, cursor, rcu, dup, fill, prepare, bulk
    case fail, meanwhile, reader, verify
    case atMost = "at-most"
    case findAfter = "find-after"
    case storePrepared = "store-prepared"
    case abandonPrepared = "abandon-prepared"
  }

  private static let openingWords = Dictionary(uniqueKeysWithValues: OpeningWord.allCases.map { ($0.rawValue, $0) })

  private mutating func gapOperation() throws(ScriptError) -> Operation {
    let isLowest = try take(oneOf: [("lowest", true), ("highest", false)])
    let size = try size("a size")
    let window = try window()
    return isLowest ? .lowestGap(size: size, window: window) : .highestGap(size: size, window: window)
  }

  private mutating func allocateOperation() throws(ScriptError) -> Operation {
    let kind: OperationKind = try take(
      oneOf: [("lowest", .allocateLowest), ("highest", .allocateHighest), ("cyclic", .allocateCyclic)])
    var fields = OperationFields(kind: kind)
    if kind != .allocateCyclic { fields.number = try size("a size") }
    fields.range = try window()
    fields.entry = try entry()
    fields.policy = try policy()
    return fields.operation
  }

  private mutating func fillOperation(_ kind: OperationKind) throws(ScriptError) -> Operation {
    var fields = OperationFields(kind: kind)
    let count = try take("a count of at most \(UInt16.max)") { bytes, _ in
      ScriptReader.number(bytes).flatMap(UInt16.init(exactly:))
    }
    fields.number = UInt64(count)
    fields.range.first = try accept("from") ? try index() : 0
    fields.stride = try accept("stride") ? try size("a stride") : 1
    fields.width = try accept("width") ? try size("a width") : 1
    fields.entry = try entry()
    return fields.operation
  }

  private mutating func bulkOperation() throws(ScriptError) -> Operation {
    let kind: OperationKind = try take(
      oneOf: [("begin", .beginBulk), ("store", .bulkStore), ("fill", .bulkFill), ("end", .endBulk)])
    switch kind {
    case .beginBulk: return .beginBulk(expecting: try size("a count of entries"), try policy())
    case .bulkStore: return .bulkStore(try range(), try entryOrNull())
    case .bulkFill: return try fillOperation(.bulkFill)
    default: return .endBulk
    }
  }

  private mutating func cursorOperation() throws(ScriptError) -> Operation {
    let cursor = try take("the number of a cursor, 0 to 3") { bytes, _ in
      ScriptReader.number(bytes).flatMap { $0 < 4 ? Int($0) : nil }
    }
    if try accept("set") { return .cursorSet(cursor, try range()) }
    if try accept("pause") { return .cursorPause(cursor) }
    if try accept("reset") { return .cursorReset(cursor) }
    if try accept("store") { return .cursorStore(cursor, try entryOrNull(), try policy()) }
    if try accept("erase") { return .cursorErase(cursor, try policy()) }
    let move = try take(oneOf: CursorMove.allCases.map { (ScriptText.word(of: $0), $0) })
    let limit = try move.isForward ? limit("through", default: .max) : limit("down-to", default: 0)
    return .cursorMove(cursor, move, limit: limit)
  }

  // MARK: Parts of a line

  private mutating func index() throws(ScriptError) -> UInt64 {
    try take("an index such as 0x10") { bytes, _ in ScriptReader.number(bytes) }
  }

  private mutating func size(_ description: String) throws(ScriptError) -> UInt64 {
    try take(description) { bytes, _ in ScriptReader.number(bytes) }
  }

  private mutating func range() throws(ScriptError) -> KeyRange {
    try take("a range such as 0x10...0x1f") { bytes, _ in ScriptReader.range(bytes) }
  }

  private mutating func window() throws(ScriptError) -> KeyRange { try accept("in") ? try range() : .all }

  private mutating func limit(_ keyword: String, default absent: UInt64) throws(ScriptError) -> UInt64 {
    try accept(keyword) ? try index() : absent
  }

  private mutating func entry() throws(ScriptError) -> Entry {
    try take("an entry such as a, v5, zero or @0x406a") { bytes, text in ScriptReader.entry(bytes, text) }
  }

  private mutating func entryOrNull() throws(ScriptError) -> Entry? {
    try take("an entry such as a, v5, zero, @0x406a or -") { bytes, text -> Entry?? in
      text == "-" ? .some(nil) : ScriptReader.entry(bytes, text).map { .some($0) }
    }
  }

  private mutating func policy() throws(ScriptError) -> AllocationPolicy {
    if try accept("nowait") { return .mustNotSleep }
    return try accept("atomic") ? .atomic : .maySleep
  }

  // MARK: Words that are values

  /// Decimal, hexadecimal after `0x`, or `max`; nil also where 64 bits do not hold the number.
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    if bytes.elementsEqual("max".utf8) { return .max }
    let isHexadecimal = bytes.starts(with: "0x".utf8)
    let radix: UInt64 = isHexadecimal ? 16 : 10
    let digits = isHexadecimal ? bytes.dropFirst(2) : bytes
    if digits.isEmpty { return nil }
    var number: UInt64 = 0
    for byte in digits {
      guard let digit = digit(byte), digit < radix else { return nil }
      let (product, overflows) = number.multipliedReportingOverflow(by: radix)
      let (sum, carries) = product.addingReportingOverflow(digit)
      if overflows || carries { return nil }
      number = sum
    }
    return number
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Two numbers with `...` between, or one. The ends may be in the wrong order: refusing that is up to a subject.
  static func range(_ bytes: ArraySlice<UInt8>) -> KeyRange? {
    guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else { return number(bytes).map(KeyRange.single) }
    let rest = bytes[dot...]
    guard rest.starts(with: "...".utf8), let first = number(bytes[..<dot]), let last = number(rest.dropFirst(3)) else {
      return nil
    }
    return KeyRange(first, last)
  }

  static func entry(_ bytes: ArraySlice<UInt8>, _ text: String) -> Entry? {
    if text == "zero" { return .zero }
    guard let first = bytes.first else { return nil }
    let rest = bytes.dropFirst()
    switch first {
    case UInt8(ascii: "@"): return number(rest).flatMap(Entry.init(word:))
    case UInt8(ascii: "v") where !rest.isEmpty:
      return number(rest).flatMap { $0 <= UInt64(Int64.max) ? Entry.value($0) : nil }
    case UInt8(ascii: "a")...UInt8(ascii: "z") where rest.isEmpty:
      return Entry(word: UInt64(first - 96) << 12)
    default: return nil
    }
  }
}
