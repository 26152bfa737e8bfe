import RangeMapCore

extension ScriptText {
  /// Writes a script. Each line of `comments`, given without `#`, comes before the `tree` line.
  public static func print(_ script: Script, comments: [String] = []) -> String {
    var text = "maple \(version)\n"
    for comment in comments {
      for line in comment.split(separator: "\n", omittingEmptySubsequences: false) { text += commentLine(line) }
    }
    text += tree.forms[0].text(script.configuration) + "\n"
    for operation in script.operations {
      text += print(operation)
      text += "\n"
    }
    return text
  }

  /// Writes an operation as one line, without the newline.
  public static func print(_ operation: Operation) -> String { operation.kind.row.form.text(operation) }

  static func text(_ index: UInt64) -> String { index == .max ? "max" : "0x" + String(index, radix: 16) }

  static func text(_ range: KeyRange) -> String {
    range.first == range.last ? text(range.first) : text(range.first) + "..." + text(range.last)
  }

  /// An entry as scripts write it: `a`, `v5`, `zero`, `@0x406a`, and `-` for NULL.
  public static func text(_ entry: Entry?) -> String {
    guard let word = entry?.word else { return "-" }
    if word == Entry.zero.word { return "zero" }
    if word & 1 == 1 { return "v\(word >> 1)" }
    if word & 0xfff == 0, word <= 26 << 12 { return String(UnicodeScalar(UInt8(96 + word >> 12))) }
    return "@0x" + String(word, radix: 16)
  }

  /// Control characters become spaces, so that no comment makes a script that cannot be read back.
  private static func commentLine(_ line: Substring) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in line.unicodeScalars { scalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar) }
    return line.isEmpty ? "#\n" : "# " + String(scalars) + "\n"
  }
}
