/// What the reader of scripts must know of bytes that may be no text at all.
enum UTF8Text {
  /// The length of the well-formed UTF-8 sequence at an offset, 0 if there is none.
  static func length(in bytes: [UInt8], at offset: Int) -> Int {
    let lead = bytes[offset]
    let length =
      switch lead {
      case 0x00...0x7f: 1
      case 0xc2...0xdf: 2
      case 0xe0...0xef: 3
      case 0xf0...0xf4: 4
      default: 0
      }
    if length < 2 { return length }
    if offset + length > bytes.count { return 0 }
    for place in 1..<length where bytes[offset + place] & 0xc0 != 0x80 { return 0 }
    // Overlong forms, surrogates, and scalars above U+10FFFF show in the second byte.
    let second = bytes[offset + 1]
    let isWellFormed =
      switch lead {
      case 0xe0: second >= 0xa0
      case 0xed: second <= 0x9f
      case 0xf0: second >= 0x90
      case 0xf4: second <= 0x8f
      default: true
      }
    return isWellFormed ? length : 0
  }

  /// Two hexadecimal digits.
  static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

  /// The greatest number of bytes of a word that are shown.
  static let greatestShown = 40

  /// Printable ASCII as it is, all else as `\xNN`; of a long word the first bytes and `...`.
  static func escaped(_ bytes: ArraySlice<UInt8>) -> String {
    let shown = bytes.prefix(greatestShown)
    let end = bytes.count > greatestShown ? "..." : ""
    if shown.allSatisfy({ (0x21...0x7e).contains($0) }) { return String(decoding: shown, as: UTF8.self) + end }
    var text = ""
    for byte in shown {
      if (0x21...0x7e).contains(byte) {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        text += "\\x" + hexadecimal(byte)
      }
    }
    return text + end
  }
}
