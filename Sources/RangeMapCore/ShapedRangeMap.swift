/// A range map whose nodes can be looked at: what lockstep compares.
public protocol ShapedRangeMap: RangeMap, ~Copyable {
  /// Adds a description of every node, parents before their children, children in order.
  func describeShape(to shape: inout TreeShape)
}

/// The shape of a tree as a row of words: all of its nodes without their addresses and without their entries.
///
/// Two trees of one shape have equal words. A node is a header word, its range, a set of its NULL slots, the highest
/// index of each slot, and, where gaps are tracked, the gap below each.
public struct TreeShape: Hashable, Sendable {
  /// What a node is, by its number in the interface for libraries.
  public enum Kind: UInt64, Sendable {
    case leaf = 1
    case range = 2
    case gapTracking = 3
  }

  /// One node of a shape, taken apart again for a message.
  public struct Node: Hashable, Sendable {
    public var depth: UInt64
    public var kind: Kind
    public var end: UInt64
    /// The slot recorded as the one with the greatest gap; 0 where none is.
    public var gapSlot: UInt64
    public var range: KeyRange
    public var nullSlots: UInt64
    public var pivots: [UInt64]
    public var gaps: [UInt64]
  }

  public private(set) var words: ContiguousArray<UInt64> = []
  public private(set) var nodeCount = 0

  public init() {}

  /// Forgets all nodes, and keeps the memory.
  public mutating func removeAll() {
    words.removeAll(keepingCapacity: true)
    nodeCount = 0
  }

  /// Adds a node.
  package mutating func append(_ node: ShownNode) {
    nodeCount += 1
    words.append(
      UInt64(node.depth) | node.kind.rawValue << 8 | UInt64(node.end) << 16 | UInt64(node.gapSlot) << 24)
    words.append(node.range.first)
    words.append(node.range.last)
    words.append(node.nullSlots)
    for slot in 0...node.end { words.append(node.upperBound(slot)) }
    guard node.kind == .gapTracking else { return }
    for slot in 0...node.end { words.append(node.gap(slot)) }
  }

  /// All nodes, taken apart.
  public var nodes: [Node] {
    var nodes: [Node] = []
    var place = 0
    while place + 4 <= words.count, let kind = Kind(rawValue: words[place] >> 8 & 0xff) {
      let slots = Int(words[place] >> 16 & 0xff) + 1
      let gapCount = kind == .gapTracking ? slots : 0
      nodes.append(
        Node(
          depth: words[place] & 0xff, kind: kind, end: UInt64(slots - 1), gapSlot: words[place] >> 24,
          range: KeyRange(words[place + 1], words[place + 2]), nullSlots: words[place + 3],
          pivots: Array(words[place + 4..<place + 4 + slots]),
          gaps: Array(words[place + 4 + slots..<place + 4 + slots + gapCount])))
      place += 4 + slots + gapCount
    }
    return nodes
  }

  /// The first node in which two shapes differ, in words; `nil` where they are the same.
  public static func difference(_ left: TreeShape, _ right: TreeShape) -> (left: String, right: String)? {
    if left.words == right.words { return nil }
    let (all, others) = (left.nodes, right.nodes)
    for (number, pair) in zip(all, others).enumerated() where pair.0 != pair.1 {
      return ("node \(number): \(pair.0)", "node \(number): \(pair.1)")
    }
    return ("\(all.count) nodes", "\(others.count) nodes")
  }
}

extension TreeShape.Node: CustomStringConvertible {
  public var description: String {
    let bounds = pivots.map { String($0, radix: 16) }.joined(separator: " ")
    let nulls = String(nullSlots, radix: 2)
    let lengths = gaps.map { String($0, radix: 16) }.joined(separator: " ")
    let free = gaps.isEmpty ? "" : ", gaps \(lengths), most in \(gapSlot)"
    return "\(kind) at depth \(depth), \(range), \(pivots.count) slots to \(bounds), NULL \(nulls)\(free)"
  }
}
