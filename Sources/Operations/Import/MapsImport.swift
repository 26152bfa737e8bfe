import RangeMapCore

/// Reads the areas of a live process, as `/proc/PID/maps` lists them, into a script.
public enum MapsImport {
  /// The size of a page in bytes; indices are addresses divided by it.
  static let pageSize: UInt64 = 1 << UInt64(pageShift)
  static let pageShift = 12

  /// A length in bytes as pages, the last one counted whole.
  static func pageCount(_ length: UInt64) -> UInt64 { length / pageSize + (length % pageSize == 0 ? 0 : 1) }

  /// One store for each area, ascending, each with an entry of its own: the n-th has the word 0x1000 * n.
  ///
  /// The tree is that of an address space: it tracks gaps, has readers, and an external lock.
  ///
  /// - Complexity: O(n) in the number of bytes.
  /// - Throws: `ScriptError` for the first line that is not one of a maps file, or that does not ascend.
  public static func script(from bytes: [UInt8], file: String) throws(ScriptError) -> Script {
    let areas = try areas(from: bytes, file: file)
    let operations = areas.enumerated().map { place, area in
      Operation.store(area.pages, Entry(nonNullWord: 0x1000 * UInt64(place + 1)), .maySleep)
    }
    return Script(configuration: .addressSpace, operations: operations)
  }

  /// The areas that the process has in its tree, each with its line. A page that the kernel lends to every process is
  /// listed and is none of them. Kernel: `get_gate_vma()`.
  ///
  /// - Throws: `ScriptError` for the first line that is not one of a maps file, or that does not ascend.
  public static func areas(
    from bytes: [UInt8], file: String
  ) throws(ScriptError) -> [(pages: KeyRange, line: [UInt8])] {
    var areas: [(pages: KeyRange, line: [UInt8])] = []
    var end: UInt64 = 0
    try ImportText.forEachLine(of: bytes, file: file) { (text, _) throws(ScriptError) in
      let pages = try area(text, endOfPrevious: &end)
      let words = text.bytes.split(separator: UInt8(ascii: " "))
      let name = words.count == 6 ? words[5] : []
      if name.elementsEqual("[rollup]".utf8) {
        throw text.error(at: name.startIndex, expected: "an area, and not the sum of all that smaps_rollup is")
      }
      if !gates.contains(String(decoding: name, as: UTF8.self)) { areas.append((pages, text.bytes)) }
    }
    if areas.isEmpty {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "a memory area", found: bytes.isEmpty ? "an empty file" : "none")
    }
    return areas
  }

  private static let gates: Set<String> = ["[vsyscall]", "[vectors]"]

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
