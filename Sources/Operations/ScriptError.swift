/// Why a script could not be read: where, what was expected there, and what was found instead.
public struct ScriptError: Error, Hashable, Sendable {
  /// The name of the file, as the caller gave it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, counted in bytes.
  public let column: Int
  public let expected: String
  public let found: String

  public init(file: String, line: Int, column: Int, expected: String, found: String) {
    self.file = file
    self.line = line
    self.column = column
    self.expected = expected
    self.found = found
  }
}

extension ScriptError: CustomStringConvertible {
  public var description: String { "\(file):\(line):\(column): expected \(expected), found \(found)" }
}
