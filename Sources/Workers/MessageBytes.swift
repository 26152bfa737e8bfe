/// Writes numbers and texts as a worker says them.
package struct MessageWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// A number, seven bits a byte.
  package mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func write(_ number: Int) { write(UInt64(number)) }

  package mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  package mutating func write(_ text: String) {
    var text = text
    text.withUTF8 {
      write($0.count)
      bytes += $0
    }
  }

  /// Makes room for a number that is known later, in four bytes.
  mutating func reserveCount() -> Int {
    bytes += [0, 0, 0, 0]
    return bytes.count - 4
  }

  mutating func write(count: Int, at place: Int) {
    for part in 0..<4 { bytes[place + part] = UInt8(truncatingIfNeeded: count >> (8 * part)) }
  }

  package mutating func write(_ data: [UInt8]) {
    write(data.count)
    bytes += data
  }
}

/// Reads what a worker said. A worker that died has said less than it wanted: then a read fails, and all later ones.
package struct MessageReader {
  private let bytes: [UInt8]
  /// Where it reads next.
  package private(set) var place: Int
  private var isBroken = false

  package init(_ bytes: [UInt8], from place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  package var isAtEnd: Bool { isBroken || place >= bytes.count }

  package mutating func number() -> UInt64? {
    var (number, shift) = (UInt64(0), UInt64(0))
    while !isAtEnd {
      let byte = bytes[place]
      place += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    isBroken = true
    return nil
  }

  package mutating func count() -> Int? { number().map { Int(truncatingIfNeeded: $0) } }

  /// A number that was written into room that was made for it.
  mutating func reservedCount() -> Int? {
    next(4).map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
  }

  package mutating func data() -> [UInt8]? { count().flatMap { next($0) }.map { Array($0) } }

  package mutating func text() -> String? {
    count().flatMap { next($0) }.map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= bytes.count - place else {
      isBroken = true
      return nil
    }
    defer { place += count }
    return bytes[place..<place + count]
  }
}
