/// Numbers and tables as text.
package enum Text {
  /// A number with a fixed number of decimals.
  package static func decimal(_ value: Double, _ places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    if places == 0 { return "\(sign)\(whole)" }
    let fraction = String(whole % scale)
    return "\(sign)\(whole / scale).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// Seconds with a tenth.
  package static func seconds(_ seconds: Double) -> String { "\(decimal(seconds, 1)) s" }

  /// Sixteen digits that depend on a text alone, for the name of a file that holds it.
  package static func digest(_ text: String) -> String {
    // FNV-1a.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A text in lines of at most `width` columns if its words let it, broken at blanks; what follows the first is
  /// indented.
  package static func wrap(_ text: String, width: Int) -> String {
    var lines = ""
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines += line + "\n"
        line = "   "
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + line + "\n"
  }

  /// Rows of cells under one another, right-aligned but for the first columns.
  package static func table(_ rows: [[String]], leftColumns: Int = 0) -> String {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    var text = ""
    for row in rows {
      var line = " "
      for (column, cell) in row.enumerated() {
        let fill = String(repeating: " ", count: widths[column] - cell.count)
        line += " " + (column < leftColumns ? cell + fill : fill + cell) + " "
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}

extension Sequence<Double> {
  /// The middle one of some values, the upper of two; 0 if there is none.
  package var median: Double {
    let sorted = sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
