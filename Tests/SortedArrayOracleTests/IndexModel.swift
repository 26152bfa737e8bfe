import RangeMapCore

/// A map of twelve cells, one an index, that scans for everything: the check on the oracle.
///
/// The twelve indices lie at one end of the index space. The cell at the inner end stands for all the indices beyond it
/// too, so that the cells cover the whole space.
struct IndexModel {
  /// What one store left in a cell. Neighbours of the same store are one range.
  struct Content: Equatable {
    var entry: Entry
    var store: Int
  }

  static let count = 12

  /// Whether the indices are `0...11` or the twelve highest.
  let isAtTop: Bool
  private(set) var cells: [Content?] = Array(repeating: nil, count: IndexModel.count)
  private var stores = 0

  init(isAtTop: Bool) { self.isAtTop = isAtTop }

  // MARK: Cells and indices

  func lowestIndex(_ cell: Int) -> UInt64 {
    if isAtTop { return cell == 0 ? 0 : .max - UInt64(Self.count - 1 - cell) }
    return UInt64(cell)
  }

  func highestIndex(_ cell: Int) -> UInt64 {
    if isAtTop { return .max - UInt64(Self.count - 1 - cell) }
    return cell == Self.count - 1 ? .max : UInt64(cell)
  }

  func range(_ cells: ClosedRange<Int>) -> KeyRange {
    KeyRange(lowestIndex(cells.lowerBound), highestIndex(cells.upperBound))
  }

  func cell(_ index: UInt64) -> Int {
    for cell in 0..<Self.count where index <= highestIndex(cell) { return cell }
    fatalError("every index is in a cell")
  }

  /// The cells of the range, or of the run of NULL, that holds a cell.
  func run(around cell: Int) -> ClosedRange<Int> {
    var first = cell
    var last = cell
    while first > 0, cells[first - 1] == cells[cell] { first -= 1 }
    while last < Self.count - 1, cells[last + 1] == cells[cell] { last += 1 }
    return first...last
  }

  // MARK: Reads

  func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    (range(run(around: cell(index))), cells[cell(index)]?.entry)
  }

  func find(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    if index > limit { return nil }
    for candidate in cell(index)..<Self.count {
      guard let content = cells[candidate], !content.entry.isZero else { continue }
      if candidate > cell(index), lowestIndex(candidate) > limit { return nil }
      index = highestIndex(run(around: candidate).upperBound) &+ 1
      return content.entry
    }
    return nil
  }

  func next(after index: UInt64, through limit: UInt64) -> Entry? {
    let behind = run(around: cell(index)).upperBound + 1
    for candidate in behind..<max(behind, Self.count) where cells[candidate] != nil {
      return lowestIndex(candidate) <= limit ? cells[candidate]?.entry : nil
    }
    return nil
  }

  func previous(before index: UInt64, downTo limit: UInt64) -> Entry? {
    for candidate in (0..<run(around: cell(index)).lowerBound).reversed() where cells[candidate] != nil {
      return highestIndex(candidate) >= limit ? cells[candidate]?.entry : nil
    }
    return nil
  }

  /// Every start of a gap, ascending. Only for windows that keep to cells of one index.
  func gaps(of size: Int, in window: ClosedRange<Int>) -> [UInt64] {
    window.filter { start in
      start + size - 1 <= window.upperBound && cells[start..<start + size].allSatisfy { $0 == nil }
    }.map(lowestIndex)
  }

  // MARK: Writes

  mutating func store(_ entry: Entry?, over range: ClosedRange<Int>) {
    stores += 1
    for cell in range { cells[cell] = entry.map { Content(entry: $0, store: stores) } }
  }

  /// Stores if it can, and otherwise returns the entry in the way.
  mutating func insert(_ entry: Entry, over range: ClosedRange<Int>) -> Entry? {
    for cell in range { if let content = cells[cell] { return content.entry } }
    store(entry, over: range)
    return nil
  }

  mutating func erase(at index: UInt64) -> Entry? {
    let entry = cells[cell(index)]?.entry
    store(nil, over: run(around: cell(index)))
    return entry
  }
}
