/// Bytes that may be no text at all, as text.
enum UTF8Text {
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
