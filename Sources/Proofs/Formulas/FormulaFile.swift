import MapleTreeModule

/// The formulas of one kernel or of one proposal: for each kind of store the nodes that it asks for before it changes
/// anything.
package struct FormulaFile: Hashable, Sendable {
  /// A formula and where it stands.
  package struct Entry: Hashable, Sendable {
    package var formula: Formula
    /// As the file has it.
    package var text: String
    /// The line, from 1.
    package var line: Int
  }

  /// The file's name as the caller gave it.
  package var file: String
  /// What the table calls it.
  package var name: String
  /// Where the formulas were taken from.
  package var source: String
  /// The tree that carries the stores out.
  package var algorithm: RebuildRule
  /// One for each kind.
  package var entries: [StoreKind: Entry]

  package init(
    file: String, name: String, source: String, algorithm: RebuildRule, entries: [StoreKind: Entry]
  ) {
    self.file = file
    self.name = name
    self.source = source
    self.algorithm = algorithm
    self.entries = entries
  }

  /// The formula of a kind. Every file that was read has one.
  package subscript(kind: StoreKind) -> Formula {
    guard let entry = entries[kind] else { preconditionFailure("a formula file has a formula for each kind") }
    return entry.formula
  }
}
