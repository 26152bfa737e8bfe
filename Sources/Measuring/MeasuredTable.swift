/// A table of what was measured.
package struct MeasuredTable: Sendable, Encodable {
  package struct Column: Sendable, Encodable {
    package var name: String
    /// The decimals that are worth printing.
    package var decimals = 1
  }

  package struct Row: Sendable, Encodable {
    package var name: String
    /// One for each column; `nil` if there is nothing to measure.
    package var values: [Double?]
  }

  package var title: String
  package var columns: [Column]
  package var rows: [Row] = []
}

/// The numbers of entries of the rows of a tree's life.
package let lifeSizes = [10_000, 1_000_000]

/// A tree kind's name in a heading.
func kindName(tracksGaps: Bool) -> String { tracksGaps ? "gaps" : "plain" }
