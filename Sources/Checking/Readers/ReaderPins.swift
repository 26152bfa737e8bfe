import Harness
import Proofs
import Subjects
import Support

/// How many interleavings there are of each cell of a sweep, as `models/expected.json` pins them.
///
/// The counts of a kernel's tree are those of one version and one compiler.
package struct ReaderPins {
  package static let file = FormulaFiles.pinFile

  private var pins: ExpectedVerdicts
  private let subject: String

  /// - Throws: `CommandFailure` for a file that cannot be read.
  package init(_ subject: SubjectName) throws(CommandFailure) {
    pins = try FormulaFiles.pins()
    // The name of a library goes on with what is special about the build.
    self.subject = subject.libraryName.map { String($0.prefix { $0 != "," }) } ?? subject.name
  }

  init(_ pins: ExpectedVerdicts, of subject: String) { (self.pins, self.subject) = (pins, subject) }

  /// Whether there is something to compare with.
  package var isPinned: Bool { pins.readers?[subject] != nil }

  /// How a sweep differs from what is pinned, a line for each cell.
  /// - Parameter cells: all cells of the sweep, reached or not.
  package func differences(_ table: CoverageTable, cells: [String]) -> [String] {
    guard let rows = pins.readers?[subject] else { return [] }
    return Set(cells).sorted().compactMap { cell in
      let (pin, now) = (rows[cell], table[cell])
      return pin == now ? nil : "\(cell): expected \(pin.map(String.init) ?? "nothing"), found \(now)"
    }
  }

  /// Pins the counts of a sweep.
  package mutating func accept(_ table: CoverageTable, cells: [String]) throws(CommandFailure) {
    pins.readers = pins.readers ?? [:]
    pins.readers?[subject] = Dictionary(uniqueKeysWithValues: Set(cells).map { ($0, table[$0]) })
    let text: String
    do { text = try Support.json(pins) } catch { throw CommandFailure("\(FormulaFiles.pinFile): \(error)") }
    try OutputFile.write(Array(text.utf8), to: FormulaFiles.pinFile)
  }
}
