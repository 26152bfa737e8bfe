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

  package mutating func write(_ text: String) { write(Array(text.utf8)) }

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

  package mutating func data() -> [UInt8]? {
    guard let count = count() else { return nil }
    guard count >= 0, count <= bytes.count - place else {
      isBroken = true
      return nil
    }
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  package mutating func text() -> String? { data().map { String(decoding: $0, as: UTF8.self) } }
}
