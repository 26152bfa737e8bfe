import RangeMapCore

/// How numbers are written in records. Every first byte but the delimiter is some form, and all bytes after it count by
/// their low seven bits, so no byte is ever wrong.
///
/// | first byte | number |
/// | --- | --- |
/// | 00...7f | itself |
/// | 80...9f | 12 bits: five here, seven in the next byte |
/// | a0...af | a page: one of sixteen places of an address space, and 14 bits of page number above it |
/// | c0...df | as far below `UInt64.max` as the low five bits say |
/// | e0...ef | a power of two, its exponent in the next byte; the low four bits less 8 are added |
/// | f0...fd, b0...bf | so many groups of seven bits as the low four bits say, the lowest first |
/// | fe | `UInt64.max`; in a range, whatever its first index is, `UInt64.max` as the last |
enum RecordNumber {
  /// Ends a record.
  static let delimiter: UInt8 = 0xff

  /// What is a page of an address space in this form, with the size of the number of a page above it in bits.
  static let pageBits = 14
  static let pageShift = 12

  /// Where programs have their mappings: image, heap, libraries, stack, and the ends of the lower half.
  static let places: [UInt64] = [
    0, 0x40_0000, 0x1000_0000, 0x4000_0000, 0x1_0000_0000, 0x10_0000_0000, 0x5555_5555_4000, 0x5555_5575_0000,
    0x7f00_0000_0000, 0x7fff_c000_0000, 0x7fff_f000_0000, 0x7fff_f7a0_0000, 0x7fff_f7fc_0000, 0x7fff_fffd_0000,
    0x8000_0000_0000, 0xffff_8000_0000_0000,
  ]

  /// Words that no other form of an entry has: what the library keeps for itself, and what only looks like it.
  static let specialWords: [UInt64] = [0x2, 0x3fe, 0x402, 0x40a, 0xffe, 0x1002, 0x1006, 0x406a]
}

/// Reads records. Where a record has no more bytes, zeros come.
public struct RecordReader {
  private let bytes: UnsafeRawBufferPointer
  private var position: Int

  public init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Goes to the first byte of a record; false if there is none.
  public mutating func skipDelimiters() -> Bool {
    while position < bytes.count, bytes[position] == RecordNumber.delimiter { position += 1 }
    return position < bytes.count
  }

  /// Goes to the end of this record.
  public mutating func skipRecord() {
    while position < bytes.count, bytes[position] != RecordNumber.delimiter { position += 1 }
  }

  public mutating func next() -> UInt8 {
    guard position < bytes.count, bytes[position] != RecordNumber.delimiter else { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func sevenBits() -> UInt64 { UInt64(next() & 0x7f) }

  private mutating func groups(_ count: UInt8) -> UInt64 {
    var number: UInt64 = 0
    for group in 0..<Int(min(count, 10)) { number |= sevenBits() << (7 * group) }
    return number
  }

  public mutating func number() -> UInt64 { number(tag: next()) }

  private mutating func number(tag: UInt8) -> UInt64 {
    switch tag {
    case 0x00...0x7f: return UInt64(tag)
    case 0x80...0x9f: return UInt64(tag & 0x1f) << 7 | sevenBits()
    case 0xa0...0xaf:
      let page = sevenBits() | sevenBits() << 7
      return RecordNumber.places[Int(tag & 15)] &+ page << RecordNumber.pageShift
    case 0xc0...0xdf: return .max - UInt64(tag & 0x1f)
    case 0xe0...0xef: return 1 << (sevenBits() & 63) &+ UInt64(tag & 15) &- 8
    case 0xfe, RecordNumber.delimiter: return .max
    default: return groups(tag & 15)
    }
  }

  public mutating func range() -> KeyRange {
    let first = number()
    let tag = next()
    return KeyRange(first, tag == 0xfe ? .max : first &+ number(tag: tag))
  }

  public mutating func entry() -> Entry? {
    let tag = next()
    switch tag {
    case 0: return nil
    case 1...26: return Entry(word: UInt64(tag) << 12)
    case 27: return .zero
    case 28...0x7f: return .value(UInt64(tag) - 28)
    case 0x80...0x8f: return Entry(word: RecordNumber.specialWords[Int(tag & 7)])
    case 0xf0...0xfe: return Entry(word: groups(tag & 15))
    default: return Entry(word: UInt64(tag % 26 + 1) << 12)
    }
  }
}

/// Writes records, each number in the first form that has it.
public struct RecordWriter {
  public private(set) var bytes: [UInt8] = []

  /// - Parameter capacity: the bytes that are expected. A fuzzer writes many short scripts, each into one block.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  public mutating func append(_ byte: UInt8) { bytes.append(byte) }

  private mutating func append(_ first: UInt8, _ second: UInt8) {
    bytes.append(first)
    bytes.append(second)
  }

  private mutating func append(groupsOf number: UInt64) {
    let count = max(1, (UInt64.bitWidth - number.leadingZeroBitCount + 6) / 7)
    bytes.append(0xf0 | UInt8(count))
    for group in 0..<count { bytes.append(UInt8(number >> (7 * group) & 0x7f)) }
  }

  public mutating func append(number: UInt64) {
    if number < 0x80 { return bytes.append(UInt8(number)) }
    if number < 0x1000 { return append(0x80 | UInt8(number >> 7), UInt8(number & 0x7f)) }
    if UInt64.max - number < 32 { return bytes.append(0xc0 | UInt8(UInt64.max - number)) }
    if number.trailingZeroBitCount >= RecordNumber.pageShift, appendPage(number) { return }
    for distance in 0..<UInt64(16) {
      let power = number &+ 8 &- distance
      if power.nonzeroBitCount == 1 {
        return append(0xe0 | UInt8(distance), UInt8(power.trailingZeroBitCount))
      }
    }
    append(groupsOf: number)
  }

  private mutating func appendPage(_ number: UInt64) -> Bool {
    for (tag, place) in RecordNumber.places.enumerated().reversed() where place <= number {
      let page = (number - place) >> RecordNumber.pageShift
      if page >> RecordNumber.pageBits != 0 { return false }
      append(0xa0 | UInt8(tag), UInt8(page & 0x7f))
      append(UInt8(page >> 7))
      return true
    }
    return false
  }

  public mutating func append(range: KeyRange) {
    append(number: range.first)
    if range.last == .max && range.first != 0 { return bytes.append(0xfe) }
    append(number: range.last &- range.first)
  }

  public mutating func append(entry: Entry?) {
    guard let word = entry?.word else { return bytes.append(0) }
    if word & 0xfff == 0, word <= 26 << 12 { return bytes.append(UInt8(word >> 12)) }
    if word == Entry.zero.word { return bytes.append(27) }
    if word & 1 == 1, word >> 1 < 100 { return bytes.append(28 + UInt8(word >> 1)) }
    if let special = RecordNumber.specialWords.firstIndex(of: word) { return bytes.append(0x80 | UInt8(special)) }
    append(groupsOf: word)
  }
}
