/// Flags, or one constant, as strace writes them: by name, as a number, or as a number with the names in a comment.
struct StraceFlags: Hashable, Sendable {
  private(set) var names: [String] = []
  /// The bits that stand without a name.
  private(set) var number: UInt64 = 0
  /// The size of a huge page, as a power of two; nil where it is not given.
  private(set) var hugePageShift: Int?

  /// Whether no name tells what the bits are.
  var isNumber: Bool { names.isEmpty }

  func contains(_ name: String, _ bit: UInt64) -> Bool { names.contains(name) || number & bit != 0 }

  /// Whether this is the one constant, and not a set of bits.
  func isOne(_ name: String, _ value: UInt64) -> Bool { names.contains(name) || (isNumber && number == value) }
}

extension StraceFlags {
  /// Reads flags such as `PROT_READ|PROT_WRITE`, `0x3 /* PROT_READ|PROT_WRITE */`, `MAP_PRIVATE|0x800000`.
  ///
  /// - Parameter prefixes: How a name may begin.
  init(_ reader: inout ImportReader, _ description: String, prefixes: [StaticString]) throws(ScriptError) {
    repeat {
      if let byte = reader.next, byte.isDigit {
        try readNumber(&reader, description)
      } else {
        let start = reader
        guard prefixes.contains(where: { reader.isAt($0) }) else { throw start.error(description) }
        names.append(reader.word())
      }
    } while reader.accept("|")
  }

  private mutating func readNumber(_ reader: inout ImportReader, _ description: String) throws(ScriptError) {
    let value = try reader.number(description)
    if reader.accept("<<") {
      _ = reader.word()
      hugePageShift = Int(exactly: value)
      return
    }
    guard reader.accept(" ") else {
      number |= value
      return
    }
    var comment = reader
    guard reader.isAt("/*"), reader.skipComment() else { throw comment.error("'/*' and '*/'") }
    comment.end = reader.offset
    if !readComment(&comment) { number |= value }
  }

  /// Reads the names of a comment; false for one that only says that there are none, such as `MADV_???`.
  private mutating func readComment(_ comment: inout ImportReader) -> Bool {
    var isNamed = false
    while let byte = comment.next {
      let start = comment
      if byte.isDigit, let value = try? comment.number("a number") {
        if comment.accept("<<") { hugePageShift = Int(exactly: value) } else { number |= value }
        continue
      }
      comment = start
      let word = comment.word()
      if word.isEmpty {
        comment.offset += 1
      } else if word.last != "_", word.contains("_") || word.hasPrefix("SIG") {
        names.append(word)
        isNamed = true
      }
    }
    return isNamed
  }
}

extension MemoryAttributes {
  /// What the bits of a protection stand for; one that is not known adds none.
  init(protection flags: StraceFlags) {
    self = []
    if flags.contains("PROT_READ", 1) { insert(.readable) }
    if flags.contains("PROT_WRITE", 2) { insert(.writable) }
    if flags.contains("PROT_EXEC", 4) { insert(.executable) }
    // Old MIPS has its semaphore bit here, which changes nothing.
    let isGuarded = ["PROT_BTI", "PROT_SAO", "PROT_ADI"].contains { flags.contains($0, 0x10) }
    if isGuarded { insert(.guarded) }
    if flags.contains("PROT_MTE", 0x20) { insert(.tagged) }
  }

  /// What the flags of a mapping stand for; those that only choose the place add none. Bits without names are read as
  /// x86, Arm, RISC-V and s390 number them.
  init(mapping flags: StraceFlags) {
    self = []
    let types = ["MAP_SHARED", "MAP_PRIVATE", "MAP_SHARED_VALIDATE", "MAP_DROPPABLE"]
    let isNamed = types.contains { flags.contains($0, 0) }
    let type = isNamed ? 0 : flags.number & 0xf
    if flags.contains("MAP_SHARED", 0) || flags.contains("MAP_SHARED_VALIDATE", 0) || type == 1 || type == 3 {
      insert(.shared)
    }
    if flags.contains("MAP_NORESERVE", 0x4000) { insert(.noReserve) }
    if flags.contains("MAP_LOCKED", 0x2000) { insert(.locked) }
    if flags.contains("MAP_GROWSDOWN", 0x100) { insert(.growsDown) }
    if flags.contains("MAP_DROPPABLE", 0) || type == 8 {
      formUnion([.droppable, .noReserve, .wipedOnFork, .notDumped])
    }
  }
}

extension UInt8 {
  /// Whether it is a decimal digit.
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
