extension Violation {
  /// What was found, in a word: the check, or the law that a fork or a reader broke.
  public var name: String {
    switch kind {
    case .brokenForkLaw, .brokenReaderLaw: String(Self.beforeColon(found))
    default: kind.rawValue
    }
  }

  /// What makes two violations the same for shrinking: the check, and what it is about.
  ///
  /// Numbers do not count, for a shorter script has others. Of a broken law the first text counts, up to its details: a
  /// library tells all of its own failed checks as that one kind. Of a wrong error both outcomes count.
  public var signature: String {
    switch kind {
    case .brokenLaw, .brokenForkLaw, .brokenReaderLaw, .treesDiffer:
      "\(kind.rawValue) \(Self.withoutNumbers(Self.beforeColon(found)))"
    case .wrongError: "\(kind.rawValue) \(Self.errorName(expected)) \(Self.errorName(found))"
    default: kind.rawValue
    }
  }

  /// A text up to its first colon: a law without its details, a failed check without what it printed.
  private static func beforeColon(_ text: String) -> Substring { text.prefix { $0 != ":" && $0 != ";" } }

  /// A text with one `#` for each number.
  private static func withoutNumbers(_ text: Substring) -> String {
    var result = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !result.isEmpty { result += " " }
      let isNumber = word.hasPrefix("0x") || word.allSatisfy(\.isNumber) && !word.isEmpty
      result += isNumber ? "#" : word
    }
    return result
  }

  /// The name of an error; `success` for any other outcome.
  private static func errorName(_ outcome: String) -> Substring {
    guard outcome.hasPrefix("error: ") else { return "success" }
    return outcome.dropFirst(7).prefix { $0 != "(" && $0 != "," }
  }
}
