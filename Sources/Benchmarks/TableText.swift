/// Pads a text on the left or right.
func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
  let fill = String(repeating: " ", count: max(0, width - text.count))
  return left ? fill + text : text + fill
}

/// A number with one decimal.
func decimal(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10)"
}

/// A number with two decimals.
func twoDecimals(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// One row: a name and right-aligned cells.
func tableRow(_ name: String, _ cells: [String]) -> String {
  "  " + padded(name, 30) + cells.map { padded($0, 12, left: true) }.joined()
}

/// The numbers of entries of the long rows.
let treeSizes = [10_000, 1_000_000]

/// The numbers of entries of the rows of a fork.
let forkSizes = [21, 121, 221, 421, 821, 1_621, 3_221, 6_421, 12_821, 25_621, 51_221]

/// A tree kind's name in a heading.
func kindName(tracksGaps: Bool) -> String { tracksGaps ? "gaps" : "plain" }
