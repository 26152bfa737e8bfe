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

  /// The line of the tree.
  package static let tree = LineTable(
    [LineForm([.word("tree"), .flags(flags, syntax: "FLAG")], "the kind of the tree")], expected: "the line 'tree'")

  /// Reads a script. Never traps, whatever the bytes are.
  ///
  /// - Complexity: O(n).
  /// - Throws: `ScriptError` for the first fault.
  public static func parse(_ text: [UInt8], file: String) throws(ScriptError) -> Script {
    try source(text, file: file).script
  }

  /// Reads a script, and keeps where its operations are in the text.
  ///
  /// - Complexity: O(n).
  /// - Throws: `ScriptError` for the first fault.
  public static func source(_ text: [UInt8], file: String) throws(ScriptError) -> ScriptSource {
    var reader = try ScriptReader(text, file: file)
    try reader.takeFormat("maple", version: version)
    var script = Script()
    var places: [ScriptSource.Place] = []
    _ = try reader.skipEmptyLines()
    _ = try reader.take(&script.configuration, as: tree)
    try reader.endLine()
    while try reader.skipEmptyLines() {
      let (start, line) = (reader.position, reader.line)
      var operation = Operation(.load)
      let kind = try reader.take(&operation, as: OperationRow.lines)
      operation.kind = OperationKind.allCases[kind]
      script.operations.append(operation)
      places.append(ScriptSource.Place(start: start, end: reader.endOfWords, line: line))
      try reader.endLine()
    }
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
