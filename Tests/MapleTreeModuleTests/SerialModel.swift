import RangeMapCore

/// The dullest map there is: a word and the number of the store that wrote it, for each index below a limit and for all
/// indices from there on together.
///
/// Neighbours are one range if both are NULL, or if the same store wrote them: what splits a range is written by
/// another store, so that its two parts never meet again.
struct SerialModel {
  private struct Cell: Hashable {
    var word: UInt64 = 0
    var serial = 0
  }

  private var cells: [Cell]
  private var serial = 0

  /// Stores value `i` over the `i`th range, as `makeTree` does.
  ///
  /// - Parameter limit: no store begins behind it; one that ends behind it ends at `UInt64.max`.
  init(limit: Int, _ ranges: [KeyRange] = []) {
    cells = Array(repeating: Cell(), count: limit + 1)
    for (index, range) in ranges.enumerated() { store(.value(UInt64(index)), over: range) }
  }

  var limit: Int { cells.count - 1 }

  mutating func store(_ entry: Entry?, over range: KeyRange) {
    serial += 1
    let last = Int(Swift.min(range.last, UInt64(limit)))
    let cell = Cell(word: entry?.word ?? 0, serial: entry == nil ? 0 : serial)
    for index in Int(range.first)...last { cells[index] = cell }
  }

  func load(_ index: UInt64) -> Entry? { Entry(word: cells[Int(Swift.min(index, UInt64(limit)))].word) }

  var slots: [Slot] {
    var result: [Slot] = []
    var first = 0
    for index in 0...limit where index == limit || cells[index + 1] != cells[index] {
      let last = index == limit ? UInt64.max : UInt64(index)
      result.append(Slot(KeyRange(UInt64(first), last), Entry(word: cells[index].word)))
      first = index + 1
    }
    return result
  }
}
