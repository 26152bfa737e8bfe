import RangeMapCore

/// Words and lines of a test in C.
enum CTestWords {
  /// The greatest number of columns of a line.
  static let width = 80
  /// The columns of a tab.
  static let tab = 8

  static func text(of index: UInt64) -> String { index == .max ? "ULONG_MAX" : text(ofWord: index) }

  static func text(ofWord word: UInt64) -> String {
    word < 10 ? "\(word)" : "0x" + String(word, radix: 16) + (word > 0x7fff_ffff ? "UL" : "")
  }

  static func text(of entry: Entry?) -> String {
    guard let entry else { return "NULL" }
    if entry.isZero { return "XA_ZERO_ENTRY" }
    if entry.word & 1 == 1 { return "xa_mk_value(\(text(ofWord: entry.word >> 1)))" }
    return "(void *)\(text(ofWord: entry.word))"
  }

  static func text(of policy: AllocationPolicy) -> String {
    switch policy {
    case .maySleep: "GFP_KERNEL"
    case .mustNotSleep: "GFP_NOWAIT"
    case .atomic: "GFP_ATOMIC"
    }
  }

  static func text(of status: CursorStatus) -> String {
    switch status {
    case .start: "ma_start"
    case .active: "ma_active"
    case .root: "ma_root"
    case .none: "ma_none"
    case .pause: "ma_pause"
    case .overflow: "ma_overflow"
    case .underflow: "ma_underflow"
    }
  }

  /// What a refused call returns.
  static func text(of error: RangeMapError) -> String {
    switch error.kernelCode {
    case -22: "-EINVAL"
    case -17: "-EEXIST"
    case -16: "-EBUSY"
    case -12: "-ENOMEM"
    default: "0"
    }
  }

  /// A statement, in as many lines as it needs; broken at blanks only.
  static func statement(_ text: String, depth: Int = 1) -> String {
    wrap(text, first: String(repeating: "\t", count: depth), following: String(repeating: "\t", count: depth + 2))
  }

  /// A comment, in as many lines as it needs.
  static func comment(_ text: String) -> String {
    let line = "\t/* \(text) */\n"
    if columns(of: line) - 1 <= width { return line }
    return "\t/*\n" + wrap(text, first: "\t * ", following: "\t * ") + "\t */\n"
  }

  private static func wrap(_ text: String, first: String, following: String) -> String {
    var lines = ""
    var line = first
    var isEmpty = true
    // A cast stays with what it casts, and a product is one word.
    let marked = text.replacing("(void *)", with: "(void\u{0}*)").replacing(" * ", with: "\u{0}*\u{0}")
    for word in marked.split(separator: " ") {
      let word = word.replacing("\u{0}", with: " ")
      if !isEmpty, columns(of: line) + 1 + word.utf8.count > width {
        lines += line + "\n"
        line = following
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return lines + line + "\n"
  }

  private static func columns(of line: String) -> Int {
    line.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\t") ? tab : 1) }
  }
}
