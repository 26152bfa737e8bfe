import RangeMapCore

/// What makes a tree whose nodes are full on both sides of a bound, on every level, and then a store over that bound:
/// it takes the most nodes that a store can.
///
/// Random stores leave room in most nodes, so that a reserve which is one node short goes unseen. Ascending stores push
/// to the left before they split a leaf (kernel: `mas_push_data()`), so that a fill with a gap behind each entry leaves
/// full leaves, and internal nodes with room for one child; a leaf that is split beside the way takes that room.
struct FullTree: Sendable {
  /// Entries of a leaf.
  private let entriesOfLeaf: UInt64
  /// Children of an internal node that the fill leaves behind.
  private let children: UInt64
  private let height: Int
  /// Entries that make the last node of every level full: with one more the tree grows.
  private let entries: UInt64
  /// Indices of an entry, as many as between each two.
  private let width: UInt64
  /// The first entry behind the bound that is stored over.
  private let bound: UInt64
  /// Entries in the middle of which an index is stored, so that their leaves split.
  private var splits: [UInt64] = []
  private var isFilled = false
  private var hasCrossed = false
  /// Stores over bounds of any level, after the one.
  private var others: UInt64
  /// Whether nothing is left to do.
  var isDone: Bool { hasCrossed && others == 0 }

  private static let heights: ClosedRange<UInt64> = 2...4
  private static let greatestCount: UInt64 = 9_000

  /// Slots of a leaf and of an internal node, in the small geometry those of the newest kernel's algorithm.
  static func slots(_ configuration: MapConfiguration) -> (leaf: UInt64, internal: UInt64) {
    switch configuration.geometry {
    case .linux64: (16, configuration.tracksGaps ? 10 : 16)
    case .tiny: (7, 7)
    }
  }

  /// What one run in sixteen begins with; nil for the others, on which this has no influence.
  /// - Parameter unit: the width of an entry is a multiple of it.
  init?(seed: UInt64, configuration: MapConfiguration, unit: UInt64) {
    var random = SeededGenerator(seed: ~seed)
    guard random.oneIn(16) else { return nil }
    let height = FullTree.heights.lowerBound + random.below(UInt64(FullTree.heights.count))
    self.init(
      configuration: configuration, height: height, greatestCount: FullTree.greatestCount, unit: unit, using: &random)
  }

  /// A tree of a height, or of as many levels as a count of entries makes full.
  /// - Parameter rootChildren: about how many children the root has, two at least; as many as it can have if `nil`.
  init(
    configuration: MapConfiguration, height wanted: UInt64, greatestCount: UInt64, unit: UInt64,
    rootChildren: UInt64? = nil, using random: inout SeededGenerator
  ) {
    let slots = FullTree.slots(configuration)
    (entriesOfLeaf, children) = (slots.leaf / 2, slots.internal - 1)
    width = unit * 8
    var leaves = rootChildren ?? slots.internal
    var levels = 2
    while levels < wanted, (children * leaves + 1) * entriesOfLeaf <= greatestCount {
      leaves = children * leaves + 1
      levels += 1
    }
    (entries, height) = (leaves * entriesOfLeaf, levels)
    others = random.below(8)
    // Two ways that part at the root are the longest.
    let bounds = rootChildren.map { $0 - 1 } ?? children
    bound = FullTree.nodeEntries(entriesOfLeaf, children, level: levels - 1) * (1 + random.below(bounds))
    for level in stride(from: levels - 1, through: 2, by: -1) {
      appendSplits(level: level, isBehindBound: false, using: &random)
      appendSplits(level: level, isBehindBound: true, using: &random)
    }
  }

  /// The entries below a node that the fill leaves behind, the leaves being level 1.
  private static func nodeEntries(_ entriesOfLeaf: UInt64, _ children: UInt64, level: Int) -> UInt64 {
    (1..<level).reduce(entriesOfLeaf) { entries, _ in entries * children }
  }

  /// Splits a child of the node of a level on one side of the bound, not the child on the way. A leaf splits at one
  /// store; a node splits at two splits of its children, for the first fills it.
  private mutating func appendSplits(level: Int, isBehindBound: Bool, using random: inout SeededGenerator) {
    let node = FullTree.nodeEntries(entriesOfLeaf, children, level: level)
    let child = node / children
    let place = 1 + random.below(children - 2)
    let first = isBehindBound ? bound + place * child : bound - (place + 1) * child
    let stores: UInt64 = 1 << (level - 2)
    for store in 0..<stores { splits.append(first + store * (child / stores) + entriesOfLeaf / 2) }
  }

  /// The fill, or one of the stores behind it.
  mutating func next(_ entry: Entry, using random: inout SeededGenerator) -> Operation {
    guard isFilled else {
      isFilled = true
      return .fill(count: UInt16(entries - 1), first: 0, stride: width * 2, width: width, entry)
    }
    if let split = splits.popLast() {
      return .store(.single(split * width * 2 + 1 + random.below(width - 2)), entry, .maySleep)
    }
    guard hasCrossed else {
      hasCrossed = true
      return .store(crossing(using: &random), entry, .maySleep)
    }
    others -= 1
    let range = meetingPlace(using: &random)
    return .store(range, random.oneIn(4) ? nil : entry, .maySleep)
  }

  /// From the middle of the last entry before the bound into the NULL behind it, which is in the next node already.
  private func crossing(using random: inout SeededGenerator) -> KeyRange {
    let end = bound * width * 2 - width
    return KeyRange(end - 1 - random.below(width - 2), end + random.below(width - 1))
  }

  /// A range near the bound between two nodes of some level.
  private func meetingPlace(using random: inout SeededGenerator) -> KeyRange {
    let level = 1 + Int(random.below(UInt64(height - 1)))
    let node = FullTree.nodeEntries(entriesOfLeaf, children, level: level)
    let place = node * (1 + random.below(entries / node - 1)) * width * 2
    let first = place - 2 * width + random.below(3 * width)
    return KeyRange(first, first + random.below(2 * width))
  }
}
