import Harness
import MapleTreeModule
import Operations
import RangeMapCore

extension ReaderCases {
  /// A tree that stores are forecast on, and the place of the entry around which they are.
  final class Tree {
    let subject: MapleTreeSubject
    let operations: [Operation]
    let place: UInt64
    let count: UInt64
    let width: UInt64

    init(_ subject: consuming MapleTreeSubject, _ operations: [Operation], place: UInt64, count: UInt64, width: UInt64)
    {
      self.subject = subject
      self.operations = operations
      (self.place, self.count, self.width) = (place, count, width)
    }

    /// The range of an entry of the fill.
    func range(_ number: UInt64) -> KeyRange {
      KeyRange(number * ReaderCases.stride, number * ReaderCases.stride + width - 1)
    }
  }

  /// The distance of two entries of a fill.
  static let stride: UInt64 = 16
  private static let most: UInt64 = 400
  private static let filling = Entry(nonNullWord: 1 << 12)

  private func subject(_ operations: [Operation], tracksGaps: Bool) -> MapleTreeSubject? {
    var subject = MapleTreeSubject(configuration: configuration(tracksGaps: tracksGaps), rebuildRule: rule)
    var next: UInt64 = 0
    for operation in operations {
      for store in FillStores(operation).map(Array.init) ?? [operation]
      where subject.call(store, next: &next).error != nil { return nil }
    }
    return subject
  }

  private static func fill(_ count: UInt64, width: UInt64) -> [Operation] {
    count == 0 ? [] : [.fill(count: UInt16(count), first: 0, stride: stride, width: width, filling)]
  }

  /// How many entries fill a tree to a height: just, and on the way to the next.
  private func counts(height: Int, width: UInt64, tracksGaps: Bool) -> [UInt64] {
    if height == 0 { return [0] }
    var (first, next) = (UInt64?.none, Self.most)
    for count in 1...Self.most {
      guard let subject = subject(Self.fill(count, width: width), tracksGaps: tracksGaps) else { return [] }
      if first == nil && subject.tree.height == height { first = count }
      if subject.tree.height > height {
        next = count
        break
      }
    }
    return first.map { first in Set((0...4).map { first + (next - 1 - first) * $0 / 4 }).sorted() } ?? []
  }

  /// What is done around a place before the store comes: nothing; entries cut in pieces, so that the leaf is fuller;
  /// or entries taken out, so that it is emptier.
  private static func preparations(_ place: UInt64) -> [[Operation]] {
    func start(_ number: UInt64) -> UInt64 { number * stride }
    let cuts = (1...3).map { count in
      (0..<UInt64(count)).map { cut in
        Operation.store(.single(start(place) + 2 + 2 * cut), .value(100 + cut), .maySleep)
      }
    }
    let clears = [1, 2, 3, 4].map { (reach: UInt64) in
      [
        Operation.store(
          KeyRange(start(place >= reach ? place - reach : 0), start(place + 1) - 1), nil, .maySleep)
      ]
    }
    return [[]] + cuts + clears
  }

  /// Entries around a place that are told apart, so that a reader is seen to give the wrong one.
  private static func markers(_ place: UInt64, count: UInt64, width: UInt64) -> [Operation] {
    let numbers = (place > 3 ? place - 3 : 0)..<min(count, place + 4)
    return numbers.map { .store(KeyRange($0 * stride, $0 * stride + width - 1), .value($0 + 1), .maySleep) }
  }

  /// The trees, from the lowest on.
  func trees(tracksGaps: Bool) -> [Tree] {
    var trees: [Tree] = []
    for height in Self.heights {
      for width in [Self.stride, 10] {
        for count in counts(height: height, width: width, tracksGaps: tracksGaps) {
          for place in Set([0, count / 4, count / 2, count / 2 + 3, count * 3 / 4, count > 0 ? count - 1 : 0]).sorted()
          where place <= count {
            for preparation in Self.preparations(place) {
              let operations =
                Self.fill(count, width: width) + Self.markers(place, count: count, width: width) + preparation
              guard let subject = subject(operations, tracksGaps: tracksGaps) else { continue }
              trees.append(Tree(subject, operations, place: place, count: count, width: width))
            }
          }
        }
      }
    }
    // An entry in the root pointer is a tree without a node too.
    let root = [Operation.store(.single(0), Self.filling, .maySleep)]
    if let subject = subject(root, tracksGaps: tracksGaps) {
      trees.append(Tree(subject, root, place: 0, count: 0, width: Self.stride))
    }
    return trees
  }
}
