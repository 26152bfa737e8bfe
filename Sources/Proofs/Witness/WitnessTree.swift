import Harness
import MapleTreeModule
import Operations
import RangeMapCore

/// A tree that is driven into a wanted shape, and the operations that did it.
struct WitnessTree: ~Copyable {
  let cell: WitnessCase
  private(set) var subject: MapleTreeSubject
  private(set) var operations: [Operation] = []
  private var next: UInt64 = 0

  /// Ascending entries: each covers half of its stride, so that every second slot is NULL and each slot can be cut.
  static let stride: UInt64 = 16
  static let width: UInt64 = 8
  /// What fills a tree, and what is stored into it afterwards.
  static let filling = Entry(nonNullWord: 1 << 12)
  static let added = Entry(nonNullWord: 2 << 12)

  init(_ cell: WitnessCase) {
    self.cell = cell
    subject = MapleTreeSubject(configuration: cell.configuration, rebuildRule: cell.algorithm)
  }

  var height: Int { subject.tree.height }
  var nodesTaken: Int { subject.tree.nodesTaken }
  var geometry: Geometry { .linux64 }
  var shape: ShapeIndex {
    var shape = TreeShape()
    subject.describeShape(to: &shape)
    return ShapeIndex(shape)
  }

  /// Makes an operation, and keeps it.
  mutating func perform(_ operation: Operation) throws {
    if let stores = FillStores(operation) {
      for store in stores { try make(store) }
    } else {
      try make(operation)
    }
    operations.append(operation)
  }

  private mutating func make(_ operation: Operation) throws {
    if let error = subject.call(operation, next: &next).error {
      throw WitnessError("\(ScriptText.print(operation)): \(error)")
    }
  }

  mutating func store(_ range: KeyRange, _ entry: Entry = added) throws {
    try perform(.store(range, entry, .maySleep))
  }

  /// Stores ascending entries from a number on until `isEnough`, which is asked after each, and keeps them as fills.
  /// - Returns: the number of the next entry.
  mutating func fill(
    from first: Int = 0, isBulk: Bool = false, until isEnough: (borrowing WitnessTree, Int) -> Bool
  ) throws -> Int {
    var number = first
    while !isEnough(self, number) {
      let range = WitnessTree.range(number)
      try make(isBulk ? .bulkStore(range, WitnessTree.filling) : .store(range, WitnessTree.filling, .maySleep))
      number += 1
    }
    var place = first
    while place < number {
      let count = min(number - place, Int(UInt16.max))
      let start = WitnessTree.range(place).first
      operations.append(
        isBulk
          ? .bulkFill(
            count: UInt16(count), first: start, stride: WitnessTree.stride, width: WitnessTree.width,
            WitnessTree.filling)
          : .fill(
            count: UInt16(count), first: start, stride: WitnessTree.stride, width: WitnessTree.width,
            WitnessTree.filling))
      place += count
    }
    return number
  }

  /// The range of an ascending entry.
  static func range(_ number: Int) -> KeyRange {
    let first = UInt64(number) * stride
    return KeyRange(first, first + width - 1)
  }
}
