import RangeMapCore

extension OperationCoding {
  /// A dictionary for libFuzzer: a whole record of each kind and policy, and the bytes of telling numbers and entries.
  public static func dictionary() -> String {
    var lines: [String] = ["# Records of each kind."]
    for kind in OperationKind.allCases {
      for policy in kind.row.fields.contains(.policy) ? AllocationPolicy.allCases : [.maySleep] {
        let operation = Operation(
          kind, range: KeyRange(8, 15), number: 2, stride: 4, width: 2, entry: Operation.defaultEntry, policy: policy)
        var writer = RecordWriter()
        append(operation.normalized, to: &writer)
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
    let values = ["zero", "max", "...", "0x10...0x1f", "@0x406a", "v5", "-", "#", "\\x0d\\x0a"]
    let words = ["maple 1\\x0atree"] + flags.map(\.word) + OperationRow.lines.words + values
    return words.map { "\"\($0)\"\n" }.joined()
  }
}
