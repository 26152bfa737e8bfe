import RangeMapCore

/// A call that succeeded, as far as it matters to address spaces. Ranges are page numbers.
enum StraceCall: Hashable, Sendable {
  /// `brk`: addresses in bytes; a request of 0 asks only.
  case setBreak(request: UInt64, result: UInt64)
  /// `mmap`: the first page of the file, nil for private memory without one.
  case map(KeyRange, MemoryAttributes, filePage: UInt64?)
  case unmap(KeyRange)
  /// `mprotect`, `pkey_mprotect`, and the advices that change an area.
  case change(KeyRange, MemoryAttributeChange)
  case remap(from: UInt64, oldCount: UInt64, to: UInt64, newCount: UInt64, keepsOld: Bool)
  /// `clone`, `clone3`, `fork`, `vfork`.
  case createTask(UInt32, sharesMemory: Bool, isThread: Bool)
  case execute
  /// `exit_group`.
  case exit

  /// The calls that are read; all others are passed over.
  static let names: Set<String> = [
    "brk", "mmap", "munmap", "mprotect", "pkey_mprotect", "mremap", "madvise", "clone", "clone3", "fork", "vfork",
    "execve", "execveat", "exit_group",
  ]

  /// Whether the call takes effect where it begins in the log. A place is free for others from some moment
  /// before `munmap` returns, and a child may run before `clone` does.
  static func takesEffectEarly(_ name: String) -> Bool {
    switch name {
    case "munmap", "clone", "clone3", "fork", "vfork": true
    default: false
    }
  }
}

extension StraceCall {
  /// Reads a call from its name on.
  ///
  /// - Returns: nil for a call that failed, did not return, or changes no area.
  /// - Throws: `ScriptError` where the line is not a call's, or has arguments that a successful call cannot have.
  init?(_ text: ImportText) throws(ScriptError) {
    var reader = ImportReader(text)
    let name = reader.word()
    try reader.expect("(")
    guard StraceCall.names.contains(name) else { return nil }
    if name == "exit_group" {
      self = .exit
      return
    }
    guard var result = try StraceCall.result(text) else { return nil }
    reader.end = result.closing
    switch name {
    case "brk":
      self = .setBreak(request: try reader.number("an address"), result: try result.reader.number("an address"))
    case "mmap": self = try StraceCall.mapping(&reader, &result.reader)
    case "munmap": self = .unmap(try reader.pages())
    case "mprotect", "pkey_mprotect":
      // A length of 0 succeeds, and does nothing.
      let pages = try reader.pages(mayBeEmpty: true)
      try reader.expect(", ")
      let protection = try reader.protection()
      guard let pages else { return nil }
      self = .change(pages, MemoryAttributeChange(removing: .protection, adding: protection))
    case "madvise":
      let pages = try reader.pages(mayBeEmpty: true)
      try reader.expect(", ")
      let advice = MemoryAttributeChange.advice(named: try reader.names("an advice")[0])
      guard let pages, let advice else { return nil }
      self = .change(pages, advice)
    case "mremap": self = try StraceCall.remapping(&reader, &result.reader)
    case "execve", "execveat": self = .execute
    default: self = try StraceCall.creation(name, &reader, &result.reader)
    }
  }

  /// Where the arguments end, and a reader at the result; nil for `?`, which is no result, and for -1.
  private static func result(_ text: ImportText) throws(ScriptError) -> (closing: Int, reader: ImportReader)? {
    // From the back, because a string among the arguments may hold anything.
    let bytes = text.bytes
    var place = bytes.count - 1
    while place > 0 {
      place -= 1
      guard bytes[place] == UInt8(ascii: "="), bytes[place + 1] == UInt8(ascii: " ") else { continue }
      let closing = bytes[..<place].lastIndex { $0 != UInt8(ascii: " ") }
      guard let closing, closing < place - 1, bytes[closing] == UInt8(ascii: ")") else { continue }
      var reader = ImportReader(text)
      reader.offset = place + 2
      return reader.isAt("?") || reader.isAt("-1") ? nil : (closing, reader)
    }
    throw text.error(at: bytes.count, expected: "') = RESULT'")
  }

  private static func mapping(
    _ reader: inout ImportReader, _ result: inout ImportReader
  ) throws(ScriptError) -> StraceCall {
    _ = try reader.number("an address")
    try reader.expect(", ")
    let count = try reader.pageCount()
    try reader.expect(", ")
    let protection = try reader.protection()
    try reader.expect(", ")
    let names = try reader.names("mapping flags by name, such as MAP_PRIVATE", prefix: "MAP_")
    try reader.expect(", ")
    let pages = KeyRange(first: try result.page(), count: count)
    guard let pages else { throw result.error("an address below 2^64 less the length") }
    let attributes = protection.union(.mapping(named: names))
    let isAnonymous = names.contains("MAP_ANONYMOUS") || names.contains("MAP_ANON")
    if isAnonymous { return .map(pages, attributes, filePage: attributes.contains(.shared) ? 0 : nil) }
    // The file may be decorated with its path, which may hold a comma: the offset is what follows the last one.
    let rest = reader.text.bytes[reader.offset..<reader.end]
    if let comma = rest.lastIndex(of: UInt8(ascii: ",")) { reader.offset = comma + 1 }
    reader.skipSpaces()
    return .map(pages, attributes, filePage: try reader.number("an offset in the file") / MapsImport.pageSize)
  }

  private static func remapping(
    _ reader: inout ImportReader, _ result: inout ImportReader
  ) throws(ScriptError) -> StraceCall {
    let old = try reader.page()
    try reader.expect(", ")
    // The old length may be 0: shared memory is then mapped a second time.
    let oldCount = try reader.pageCount(mayBeZero: true)
    try reader.expect(", ")
    let newCount = try reader.pageCount()
    try reader.expect(", ")
    let flags = reader.isAt("0") ? [] : try reader.names("remapping flags")
    let start = result
    let new = try result.page()
    guard KeyRange(first: old, count: max(oldCount, 1)) != nil, KeyRange(first: new, count: newCount) != nil else {
      throw start.error("an address below 2^64 less the length")
    }
    return .remap(
      from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: flags.contains("MREMAP_DONTUNMAP"))
  }

  private static func creation(
    _ name: String, _ reader: inout ImportReader, _ result: inout ImportReader
  ) throws(ScriptError) -> StraceCall {
    let task = try result.task()
    if name == "fork" { return .createTask(task, sharesMemory: false, isThread: false) }
    if name == "vfork" { return .createTask(task, sharesMemory: true, isThread: false) }
    while !reader.isAtEnd, !reader.isAt("flags=") { reader.offset += 1 }
    try reader.expect("flags=")
    let flags = try reader.names("flags of the new task")
    return .createTask(
      task, sharesMemory: flags.contains("CLONE_VM"), isThread: flags.contains("CLONE_THREAD"))
  }
}

extension ImportReader {
  /// The number of a process or thread.
  mutating func task() throws(ScriptError) -> UInt32 {
    let start = self
    guard let task = UInt32(exactly: try number("a process number")), task > 0 else {
      throw start.error("a process number from 1 to \(UInt32.max)")
    }
    return task
  }

  fileprivate mutating func protection() throws(ScriptError) -> MemoryAttributes {
    .protection(named: try names("a protection by name, such as PROT_READ", prefix: "PROT_"))
  }

  /// An address, which must begin a page.
  fileprivate mutating func page() throws(ScriptError) -> UInt64 {
    let start = self
    let address = try number("an address")
    if address % MapsImport.pageSize != 0 { throw start.error("an address divisible by \(MapsImport.pageSize)") }
    return address / MapsImport.pageSize
  }

  /// A length in bytes, rounded up to pages.
  fileprivate mutating func pageCount(mayBeZero: Bool = false) throws(ScriptError) -> UInt64 {
    let start = self
    let length = try number("a length")
    if length == 0 && !mayBeZero { throw start.error("a length above 0") }
    return length / MapsImport.pageSize + (length % MapsImport.pageSize == 0 ? 0 : 1)
  }

  /// An address and a length of at least one byte.
  fileprivate mutating func pages() throws(ScriptError) -> KeyRange {
    let start = self
    guard let pages = try pages(mayBeEmpty: false) else { throw start.error("a range that is not empty") }
    return pages
  }

  /// An address and a length; nil where the length may be 0 and is.
  fileprivate mutating func pages(mayBeEmpty: Bool) throws(ScriptError) -> KeyRange? {
    let start = self
    let first = try page()
    try expect(", ")
    let count = try pageCount(mayBeZero: mayBeEmpty)
    if count == 0 { return nil }
    guard let pages = KeyRange(first: first, count: count) else {
      throw start.error("an address below 2^64 less the length")
    }
    return pages
  }
}

extension KeyRange {
  /// A range of at least one page; nil if it would end above 2^64 bytes.
  fileprivate init?(first: UInt64, count: UInt64) {
    let (end, overflows) = first.addingReportingOverflow(count)
    if overflows || end > UInt64.max / MapsImport.pageSize + 1 { return nil }
    self.init(first, end - 1)
  }
}
