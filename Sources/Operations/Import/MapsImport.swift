import RangeMapCore

/// Reads the areas of a live process, as `/proc/PID/maps` lists them, into a script.
public enum MapsImport {
  /// The size of a page in bytes; indices are addresses divided by it.
  static let pageSize: UInt64 = 4096

  /// One store for each line, ascending, each with an entry of its own: the n-th has the word 0x1000 * n.
  ///
  /// The tree is that of an address space: it tracks gaps, has readers, and an external lock.
  ///
  /// - Complexity: O(n) in the number of bytes.
  /// - Throws: `ScriptError` for the first line that is not one of a maps file, or that does not ascend.
  public static func script(from bytes: [UInt8], file: String) throws(ScriptError) -> Script {
    var operations: [Operation] = []
    var end: UInt64 = 0
    try ImportText.forEachLine(of: bytes, file: file) { (text, _) throws(ScriptError) in
      let pages = try area(text, endOfPrevious: &end)
      let entry = Entry(nonNullWord: 0x1000 * UInt64(operations.count + 1))
      operations.append(.store(pages, entry, .maySleep))
    }
    if operations.isEmpty {
      throw ScriptError(file: file, line: 1, column: 1, expected: "a memory area", found: "an empty file")
    }
    return Script(configuration: .addressSpace, operations: operations)
  }

  /// The pages of one line, such as `7ffe4000-7ffe5000 rw-p 00000000 00:00 0   [stack]`.
  private static func area(_ text: ImportText, endOfPrevious: inout UInt64) throws(ScriptError) -> KeyRange {
    var reader = ImportReader(text)
    let first = try reader.hexadecimal("a hexadecimal start address")
    if first % pageSize != 0 { throw text.error(at: 0, expected: "an address divisible by \(pageSize)") }
    if first < endOfPrevious {
      throw text.error(at: 0, expected: "an address of at least \(String(endOfPrevious, radix: 16))")
    }
    try reader.expect("-")
    let endOffset = reader.offset
    let end = try reader.hexadecimal("a hexadecimal end address")
    if end % pageSize != 0 { throw text.error(at: endOffset, expected: "an address divisible by \(pageSize)") }
    if end <= first { throw text.error(at: endOffset, expected: "an address above \(String(first, radix: 16))") }
    try reader.expect(" ")
    for choice in ["r-", "w-", "x-", "ps"] {
      guard let byte = reader.next, choice.utf8.contains(byte) else {
        throw reader.error("'\(choice.first!)' or '\(choice.last!)'")
      }
      reader.offset += 1
    }
    try reader.expect(" ")
    endOfPrevious = end
    return KeyRange(first / pageSize, end / pageSize - 1)
  }
}

extension MapConfiguration {
  /// The tree of an address space. Kernel: `MM_MT_FLAGS`.
  static let addressSpace = MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true, hasExternalLock: true)
}
