import RangeMapCore

extension OperationCoding {
  /// A dictionary for libFuzzer: a whole record of each kind and policy, and the bytes of telling numbers and entries.
  public static func dictionary() -> String {
    var lines: [String] = ["# Records of each kind."]
    for kind in OperationKind.allCases {
      for policy in kind.fields.contains(.policy) ? AllocationPolicy.allCases : [.maySleep] {
        var fields = OperationFields(kind: kind)
        fields.range = KeyRange(8, 15)
        fields.number = 2
        (fields.stride, fields.width) = (4, 2)
        fields.entry = OperationFields.defaultEntry
        fields.policy = policy
        var writer = RecordWriter()
        append(fields, to: &writer)
        lines.append("\(kind)_\(policy)=\(quoted(writer.bytes))")
      }
    }
    lines.append("# Numbers.")
    let numbers: [UInt64] =
      [0x10, 0xff, 0xfff, 0x1000, 1 << 31, 1 << 32, 1 << 47, 1 << 63, .max, .max - 1, .max - 15] + RecordNumber.places
    for (place, number) in numbers.enumerated() {
      var writer = RecordWriter()
      writer.append(number: number)
      lines.append("number_\(place)=\(quoted(writer.bytes))")
    }
    lines.append("# Entries.")
    for (place, word) in ([0x1000, 0x406, 0x1, 0x7fff_ffff_ffff_ffff] + RecordNumber.specialWords).enumerated() {
      var writer = RecordWriter()
      writer.append(entry: Entry(word: word))
      lines.append("entry_\(place)=\(quoted(writer.bytes))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    "\"" + bytes.map { "\\x" + UTF8Text.hexadecimal($0) }.joined() + "\""
  }
}

extension ScriptText {
  /// A dictionary for libFuzzer: the words of scripts.
  public static func dictionary() -> String {
    let words =
      [
        "maple 1\\x0atree", "gaps", "rcu", "external-lock", "tiny", "load", "find", "find-after", "through", "down-to",
        "gap", "lowest", "highest", "cyclic", "in", "store", "insert", "erase", "allocate", "clear", "on", "off", "dup",
        "fill", "from", "stride", "width", "prepare", "store-prepared", "abandon-prepared", "bulk", "begin", "end",
        "cursor", "set", "pause", "reset", "fail", "forever", "meanwhile", "at-most", "reader", "enter", "leave",
        "verify",
        "nowait", "atomic", "zero", "max", "...", "0x10...0x1f", "@0x406a", "v5", "-", "#", "\\x0d\\x0a",
      ] + CursorMove.allCases.map(word(of:))
    return words.map { "\"\($0)\"\n" }.joined()
  }
}
