import Foundation

/// The names of a library's functions, hidden ones too: the section `.symtab` of an ELF file of 64 bits.
struct KernelSymbols {
  private let bytes: [UInt8]
  private var symbols: Range<Int> = 0..<0
  private var names: Range<Int> = 0..<0

  /// - Returns: `nil` if the file cannot be read, or has no such section.
  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 64 else { return nil }
    bytes = Array(data)
    let (sections, size, count) = (Int(number(8, at: 40)), Int(number(2, at: 58)), Int(number(2, at: 60)))
    func range(ofSection section: Int) -> Range<Int>? {
      let place = sections + section * size
      guard section < count, place + size <= bytes.count else { return nil }
      let (start, length) = (Int(number(8, at: place + 24)), Int(number(8, at: place + 32)))
      return start + length <= bytes.count ? start..<start + length : nil
    }
    for section in 0..<count {
      let place = sections + section * size
      // SHT_SYMTAB, which names the section of its names.
      guard place + size <= bytes.count, number(4, at: place + 4) == 2 else { continue }
      guard let symbols = range(ofSection: section), let names = range(ofSection: Int(number(4, at: place + 40))) else {
        return nil
      }
      (self.symbols, self.names) = (symbols, names)
      return
    }
    return nil
  }

  /// The function that an offset in the library is in.
  /// - Complexity: O(functions).
  func function(at offset: UInt64) -> String? {
    for symbol in stride(from: symbols.lowerBound, to: symbols.upperBound - 23, by: 24) {
      let (start, length) = (number(8, at: symbol + 8), number(8, at: symbol + 16))
      guard offset >= start, offset - start < length else { continue }
      let name = bytes[names].dropFirst(Int(number(4, at: symbol))).prefix { $0 != 0 }
      return String(decoding: name, as: UTF8.self)
    }
    return nil
  }

  private func number(_ count: Int, at place: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
  }
}
