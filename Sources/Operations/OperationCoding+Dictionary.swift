import RangeMapCore

extension OperationCoding {
  /// A dictionary for libFuzzer: a whole record of each kind and policy, and the bytes of telling numbers and entries.
  public static func dictionary() -> String {
    var text = "# Records of each kind.\n"
    for kind in OperationKind.allCases {
      for policy in kind.fields.contains(.policy) ? AllocationPolicy.allCases : [.maySleep] {
        let operation = Operation(
          kind, range: KeyRange(8, 15), number: 2, stride: 4, width: 2, entry: Operation.defaultEntry, policy: policy)
        var writer = RecordWriter()
        append(operation.normalized, to: &writer)
        text += RecordWriter.dictionaryLine("\(kind)_\(policy)", writer.bytes)
      }
    }
    return text + RecordWriter.numberDictionary() + RecordWriter.entryDictionary()
  }
}

// Lines of libFuzzer's dictionaries.
extension RecordWriter {
  static func dictionaryLine(_ name: String, _ bytes: [UInt8]) -> String {
    "\(name)=\"" + bytes.map { "\\x" + UTF8Text.hexadecimal($0) }.joined() + "\"\n"
  }

  /// The bytes of telling numbers.
  static func numberDictionary() -> String {
    let numbers: [UInt64] =
      [0x10, 0xff, 0xfff, 0x1000, 1 << 31, 1 << 32, 1 << 47, 1 << 63, .max, .max - 1, .max - 15] + RecordNumber.places
    return lines("number", numbers) { $1.append(number: $0) }
  }

  /// The bytes of telling entries.
  static func entryDictionary() -> String {
    lines("entry", [0x1000, 0x406, 0x1, 0x7fff_ffff_ffff_ffff] + RecordNumber.specialWords) {
      $1.append(entry: Entry(word: $0))
    }
  }

  private static func lines(
    _ name: String, _ values: [UInt64], _ append: (UInt64, inout RecordWriter) -> Void
  ) -> String {
    var text = "# \(name == "entry" ? "Entries" : "Numbers").\n"
    for (place, value) in values.enumerated() {
      var writer = RecordWriter()
      append(value, &writer)
      text += dictionaryLine("\(name)_\(place)", writer.bytes)
    }
    return text
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
