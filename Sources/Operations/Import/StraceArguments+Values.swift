import RangeMapCore

extension StraceArguments {
  func address(_ place: Int) throws(ScriptError) -> UInt64 {
    try read(place) { (reader) throws(ScriptError) in try reader.number("an address") }
  }

  /// The page that an address begins.
  func page(_ place: Int) throws(ScriptError) -> UInt64 {
    try read(place) { (reader) throws(ScriptError) in try reader.page() }
  }

  /// A length in bytes, rounded up to pages.
  func pageCount(_ place: Int, mayBeZero: Bool = false) throws(ScriptError) -> UInt64 {
    let length = try read(place) { (reader) throws(ScriptError) in try reader.number("a length") }
    if length == 0 && !mayBeZero { throw try argument(place).error("a length above 0") }
    return MapsImport.pageCount(length)
  }

  /// The pages of an address and a length of at least one byte, which are the first two arguments.
  func pages() throws(ScriptError) -> KeyRange {
    guard let pages = try pages(mayBeEmpty: false) else { throw try argument(1).error("a range that is not empty") }
    return pages
  }

  /// The pages of an address and the length after it; nil where the length may be 0 and is.
  func pages(from place: Int = 0, mayBeEmpty: Bool) throws(ScriptError) -> KeyRange? {
    let first = try page(place)
    let count = try pageCount(place + 1, mayBeZero: mayBeEmpty)
    if count == 0 { return nil }
    guard let pages = KeyRange(first: first, count: count) else {
      throw try argument(place).error("an address below 2^64 less the length")
    }
    return pages
  }

  /// The pages that have a byte of a range, which may begin anywhere; nil for a length of 0.
  func touchedPages() throws(ScriptError) -> KeyRange? {
    let first = try address(0)
    let length = try read(1) { (reader) throws(ScriptError) in try reader.number("a length") }
    if length == 0 { return nil }
    let (last, overflows) = first.addingReportingOverflow(length - 1)
    if overflows { throw try argument(0).error("an address below 2^64 less the length") }
    return KeyRange(first / MapsImport.pageSize, last / MapsImport.pageSize)
  }

  func flags(
    _ place: Int, _ description: String, _ prefixes: [StaticString]
  ) throws(ScriptError) -> StraceFlags {
    try read(place) { (reader) throws(ScriptError) in try StraceFlags(&reader, description, prefixes: prefixes) }
  }

  func protection(_ place: Int) throws(ScriptError) -> MemoryAttributes {
    MemoryAttributes(protection: try flags(place, "a protection, such as PROT_READ", ["PROT_"]))
  }

  /// A number of at most `limit`.
  func small(_ place: Int, _ description: String, limit: Int) throws(ScriptError) -> Int {
    let number = try read(place) { (reader) throws(ScriptError) in try reader.number(description) }
    guard let small = Int(exactly: number), small <= limit else {
      throw try argument(place).error("\(description) of at most \(limit)")
    }
    return small
  }
}

extension ImportReader {
  /// The number of a process or thread. Where it is in a namespace of its own, the number that strace knows it by
  /// stands in a comment.
  mutating func task() throws(ScriptError) -> UInt32 {
    let start = self
    var number = try number("a process number")
    if next == UInt8(ascii: "<") { _ = skipAngle() }
    if accept(" /* ") {
      let translated = try self.number("a process number")
      if isAt(" in strace's PID NS") { number = translated }
    }
    guard let task = UInt32(exactly: number), task > 0 else {
      throw start.error("a process number from 1 to \(UInt32.max)")
    }
    return task
  }

  /// An address, which must begin a page.
  mutating func page() throws(ScriptError) -> UInt64 {
    let start = self
    let address = try number("an address")
    if address % MapsImport.pageSize != 0 { throw start.error("an address divisible by \(MapsImport.pageSize)") }
    return address / MapsImport.pageSize
  }
}

extension KeyRange {
  /// The pages from an address that is read.
  init(at reader: inout ImportReader, count: UInt64) throws(ScriptError) {
    let start = reader
    guard let pages = KeyRange(first: try reader.page(), count: count) else {
      throw start.error("an address below 2^64 less the length")
    }
    self = pages
  }

  /// A range of at least one page; nil if it would end above 2^64 bytes.
  init?(first: UInt64, count: UInt64) {
    let (end, overflows) = first.addingReportingOverflow(count)
    if overflows || end > UInt64.max / MapsImport.pageSize + 1 { return nil }
    self.init(first, end - 1)
  }
}
