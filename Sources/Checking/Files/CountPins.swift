import Harness
import Proofs
import Subjects
import Support

/// Counts of exhaustive work, as `models/expected.json` pins them: the interleavings of each cell of a sweep over
/// readers, the states and transitions of an exploration.
///
/// The counts of readers of a kernel's tree are those of one version and one compiler.
package struct CountPins {
  package static let file = FormulaFiles.pinFile

  /// Which of the counts in the file: `\.readers` or `\.explored`.
  package typealias Counts = WritableKeyPath<ExpectedVerdicts, [String: [String: UInt64]]?>

  private var pins: ExpectedVerdicts
  private let counts: Counts
  private let subject: String

  /// - Throws: `CommandFailure` for a file that cannot be read.
  package init(_ counts: Counts, of subject: SubjectName) throws(CommandFailure) {
    pins = try FormulaFiles.pins()
    self.counts = counts
    // The name of a library goes on with what is special about the build.
    self.subject = subject.libraryName.map { String($0.prefix { $0 != "," }) } ?? subject.name
  }

  init(_ pins: ExpectedVerdicts, _ counts: Counts, of subject: String) {
    (self.pins, self.counts, self.subject) = (pins, counts, subject)
  }

  /// Whether there is something to compare with.
  package var isPinned: Bool { pins[keyPath: counts]?[subject] != nil }

  /// How counts differ from what is pinned, a line for each cell.
  /// - Parameter cells: all cells, reached or not.
  package func differences(_ table: CoverageTable, cells: [String]) -> [String] {
    guard let rows = pins[keyPath: counts]?[subject] else { return [] }
    return Set(cells).sorted().compactMap { cell in
      let (pin, now) = (rows[cell], table[cell])
      return pin == now ? nil : "\(cell): expected \(pin.map(String.init) ?? "nothing"), found \(now)"
    }
  }

  /// Pins counts.
  /// - Parameter keepingOthers: whether other cells of the subject stay pinned.
  package mutating func accept(
    _ table: CoverageTable, cells: [String], keepingOthers: Bool = false
  ) throws(CommandFailure) {
    var all = pins[keyPath: counts] ?? [:]
    let rows = Dictionary(uniqueKeysWithValues: Set(cells).map { ($0, table[$0]) })
    all[subject] = keepingOthers ? (all[subject] ?? [:]).merging(rows) { $1 } : rows
    pins[keyPath: counts] = all
    let text: String
    do { text = try Support.json(pins) } catch { throw CommandFailure("\(FormulaFiles.pinFile): \(error)") }
    try OutputFile.write(Array(text.utf8), to: FormulaFiles.pinFile)
  }
}
