import RangeMapCore

/// Scripts as text, one operation a line. `docs/SCRIPTS.md` has the grammar.
public enum ScriptText {
  /// The greatest size of a script in bytes. Larger input is refused before any of it is read.
  public static let greatestFileSize = 16 << 20

  /// The version that the first line of a script names.
  static let version = 1

  /// The words of the `tree` line, and what each sets.
  static let flags: [(word: String, set: any WritableKeyPath<MapConfiguration, Bool> & Sendable)] = [
    ("gaps", \.tracksGaps), ("rcu", \.usesReadCopyUpdate), ("external-lock", \.hasExternalLock), ("tiny", \.isTiny),
  ]

  /// The word of each step of a cursor.
  static func word(of move: CursorMove) -> String {
    switch move {
    case .walk: "walk"
    case .find: "find"
    case .findRange: "find-range"
    case .next: "next"
    case .nextRange: "next-range"
    case .previous: "previous"
    case .previousRange: "previous-range"
    case .findReverse: "find-reverse"
    case .findRangeReverse: "find-range-reverse"
    }
  }

  /// Reads a script. Never traps, whatever the bytes are.
  ///
  /// - Complexity: O(n).
  /// - Throws: `ScriptError` for the first fault.
  public static func parse(_ text: [UInt8], file: String) throws(ScriptError) -> Script {
    var reader = try reader(text, file: file)
    return try reader.script()
  }

  private static func reader(_ text: [UInt8], file: String) throws(ScriptError) -> ScriptReader {
    if text.count > greatestFileSize {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: "a script of at most \(greatestFileSize) bytes",
        found: "\(text.count) bytes")
    }
    return ScriptReader(text, file: file)
  }

  /// Reads a script, and keeps where its operations are in the text.
  ///
  /// - Complexity: O(n).
  /// - Throws: `ScriptError` for the first fault.
  public static func source(_ text: [UInt8], file: String) throws(ScriptError) -> ScriptSource {
    var reader = try reader(text, file: file)
    var places: [ScriptSource.Place] = []
    let script = try reader.script { places.append(ScriptSource.Place(start: $0, end: $1, line: $2)) }
    return ScriptSource(script, bytes: text, places: places)
  }
}

extension MapConfiguration {
  /// The geometry as the `tree` line has it: a flag.
  var isTiny: Bool {
    get { geometry == .tiny }
    set { geometry = newValue ? .tiny : .linux64 }
  }
}
