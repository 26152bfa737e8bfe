import MapleTreeModule

/// The formulas of one kernel or of one proposal: for each kind of store the nodes that it asks for before it changes
/// anything.
public struct FormulaFile: Hashable, Sendable {
  /// A formula and where it stands.
  public struct Entry: Hashable, Sendable {
    public var formula: Formula
    /// As the file has it.
    public var text: String
    /// The line, from 1.
    public var line: Int
  }

  /// The file's name as the caller gave it.
  public var file: String
  /// What the table calls it.
  public var name: String
  /// Where the formulas were taken from.
  public var source: String
  /// The tree that carries the stores out.
  public var algorithm: RebuildRule
  /// One for each kind.
  public var entries: [StoreKind: Entry]

  public init(
    file: String, name: String, source: String, algorithm: RebuildRule, entries: [StoreKind: Entry]
  ) {
    self.file = file
    self.name = name
    self.source = source
    self.algorithm = algorithm
    self.entries = entries
  }

  /// The formula of a kind. Every file that was read has one.
  public subscript(kind: StoreKind) -> Formula {
    guard let entry = entries[kind] else { preconditionFailure("a formula file has a formula for each kind") }
    return entry.formula
  }
}
