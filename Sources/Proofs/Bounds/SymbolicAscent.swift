import MapleTreeModule
import RangeMapCore

/// A tree of which only what a store meets is known, and that only by premises: the nodes of the ways to the store's
/// two ends.
///
/// Every fact is an unknown of the solver, made when it is first asked for and held to the premises. What the ascents
/// do to a real tree they do here to the counts.
struct SymbolicAscent: AscentSite {
  typealias Domain = SymbolicDomain

  /// A node on the way down, by the slot that the way goes on through and its last used slot.
  struct Step {
    var slot: SymbolicNumber
    var end: SymbolicNumber
  }

  let world: StoreWorld
  private(set) var left: [Step] = []
  private(set) var right: [Step] = []
  /// The deepest level at which both ways go through one node.
  private var common = 0
  /// The nodes that were built.
  private(set) var nodesTaken = 0
  /// The nodes of which content was taken in.
  private(set) var neighboursTaken = 0
  /// How the ascent ended: the levels of the new tree where the root is new.
  private(set) var newHeight: Int?
  /// Whether each node that is built is held to the laws; where one can break one, the path says which.
  var checksLaws = false
  private(set) var brokenLaws: [BrokenBuild] = []
  /// In the order in which they were met, so that terms are given back in the same order in each run.
  private var siblings: [(side: Side, end: SymbolicNumber)] = []
  private let notes = Notes()

  /// What is learned while nothing changes.
  private final class Notes {
    var nulls: [(item: SymbolicNumber, isNull: SymbolicTruth)] = []
    var marks: [PlanMark] = []
  }

  init(_ world: StoreWorld) { self.world = world }

  /// The branches that were carried out, in order.
  var marks: [PlanMark] { notes.marks }

  // MARK: Ways down

  /// Makes the way to a leaf, which both ends share.
  mutating func descend(in domain: inout SymbolicDomain) {
    for level in 0..<world.leafLevel {
      let end = makeEnd("end", level, isRightmost: isRightmost(level, in: &domain), in: &domain)
      let slot = makeSlot("slot", level, guided: world.guide == .full ? 1 : end, in: &domain)
      domain.assume(.slotsInOrder, (slot .>= 0) .& (slot .<= end), in: world)
      left.append(Step(slot: slot, end: end))
      right.append(Step(slot: slot, end: end))
    }
    let end = makeEnd("end", world.leafLevel, isRightmost: isRightmost(world.leafLevel, in: &domain), in: &domain)
    left.append(Step(slot: 0, end: end))
    right.append(Step(slot: 0, end: end))
    common = world.leafLevel
  }

  /// Makes the ways to two leaves, which share their nodes down to the one of level `common`.
  mutating func descendApart(below common: Int, in domain: inout SymbolicDomain) {
    self.common = common
    for level in 0...world.leafLevel {
      let isShared = level <= common
      let rightEnd = makeEnd(
        isShared ? "end" : "right-end", level, isRightmost: isRightmost(level, in: &domain), in: &domain)
      let leftEnd = isShared ? rightEnd : makeEnd("left-end", level, isRightmost: .constant(false), in: &domain)
      let leftSlot = makeSlot(
        level < common ? "slot" : "left-slot", level, guided: level > common ? leftEnd : 1, in: &domain)
      let rightSlot =
        level < common
        ? leftSlot : makeSlot("right-slot", level, guided: level > common ? 0 : 2, in: &domain)
      domain.assume(
        .slotsInOrder, (leftSlot .>= 0) .& (leftSlot .<= leftEnd) .& (rightSlot .>= 0) .& (rightSlot .<= rightEnd),
        in: world)
      if level == common { domain.assume(.pathsPart, leftSlot .< rightSlot, in: world) }
      left.append(Step(slot: leftSlot, end: leftEnd))
      right.append(Step(slot: rightSlot, end: rightEnd))
    }
  }

  /// The last used slot of a node, held to the laws.
  private func makeEnd(
    _ name: String, _ level: Int, isRightmost: SymbolicTruth, in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    let isNeighbour = name.contains("neighbour")
    if let guided = guidedEnd(level, isRightmost: isRightmost, isNeighbour: isNeighbour) { return guided }
    let shape = world.shape(level)
    let isLeaf = level == world.leafLevel
    let end = domain.number(name, level: level)
    domain.assume(
      isLeaf ? .leafCapacity : .nodeCapacity, end .<= SymbolicNumber(shape.slots - 1), in: world)
    domain.assume(.twoChildren, end .>= (isLeaf ? 0 : 1), in: world)
    let mayHaveLess = level == 0 ? .constant(true) : .constant(world.wasBuiltInOrder) .& isRightmost
    domain.assume(.sufficientlyFilled, mayHaveLess .| (end .>= SymbolicNumber(shape.minimum)), in: world)
    return end
  }

  /// The slot that a way goes on through.
  private func makeSlot(
    _ name: String, _ level: Int, guided: SymbolicNumber, in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    world.guide == .all ? domain.number(name, level: level) : guided
  }

  /// The last used slot of a node in the trees that are looked at; nil where all trees are.
  private func guidedEnd(_ level: Int, isRightmost: SymbolicTruth, isNeighbour: Bool) -> SymbolicNumber? {
    let shape = world.shape(level)
    switch world.guide {
    case .all: return nil
    case .full: return .constant(shape.slots - 1)
    case .leastOnRight:
      let isLeast = level > 0 && isRightmost == .constant(true)
      return .constant(isLeast ? shape.minimum - (level == world.leafLevel ? 0 : 1) : shape.slots - 1)
    case .leastBelowRoot:
      return .constant(level == 0 || (level == 1 && isNeighbour) ? shape.slots - 1 : shape.minimum)
    }
  }

  // MARK: Facts

  var rebuildRule: RebuildRule { world.rebuildRule }

  var isBulk: SymbolicTruth { .constant(world.isBulk) }

  func isLeaf(_ level: Int) -> Bool { level == world.leafLevel }

  func shape(_ level: Int) -> Geometry.Shape { world.shape(level) }

  func slot(_ side: Side, _ level: Int, in domain: inout SymbolicDomain) -> SymbolicNumber { path(side)[level].slot }

  func end(_ side: Side, _ level: Int, in domain: inout SymbolicDomain) -> SymbolicNumber { path(side)[level].end }

  mutating func siblingEnd(_ side: Side, of level: Int, in domain: inout SymbolicDomain) -> SymbolicNumber {
    if let known = siblings.first(where: { $0.side == side }) { return known.end }
    let parent = right[level - 1]
    let isRightmost =
      side == .right
      ? isRightmost(level - 1, in: &domain) .& (parent.slot + 1 .== parent.end) : .constant(false)
    let end = makeEnd("\(side)-sibling-end", level, isRightmost: isRightmost, in: &domain)
    siblings.append((side, end))
    return end
  }

  func isRightmost(_ level: Int, in domain: inout SymbolicDomain) -> SymbolicTruth {
    right[..<level].reduce(.constant(true)) { $0 .& ($1.slot .== $1.end) }
  }

  func coversAll(_ level: Int, in domain: inout SymbolicDomain) -> SymbolicTruth {
    left[..<level].reduce(isRightmost(level, in: &domain)) { $0 .& ($1.slot .== 0) }
  }

  func waysMeet(_ level: Int, in domain: inout SymbolicDomain) -> SymbolicTruth { .constant(level <= common) }

  /// Whether both ways go through one node of a level.
  func meets(_ level: Int) -> Bool { level <= common }

  func isNull(_ item: SymbolicNumber, _ level: Int, in domain: inout SymbolicDomain) -> SymbolicTruth {
    // Every slot of an internal node holds a child.
    if level != world.leafLevel { return .constant(false) }
    if let known = notes.nulls.first(where: { $0.item == item }) { return known.isNull }
    let truth = domain.truth("null-\(notes.nulls.count)", level: level)
    for (other, isNull) in notes.nulls {
      let areBeside = (item .== other + 1) .| (other .== item + 1)
      domain.assume(.nullsJoined, .!(truth .& isNull .& areBeside), in: world)
    }
    notes.nulls.append((item, truth))
    return truth
  }

  private func path(_ side: Side) -> [Step] { side == .left ? left : right }

  // MARK: Deeds

  mutating func takeNeighbour(
    _ side: Side, of level: Int, through ancestor: Int, count: SymbolicNumber, in domain: inout SymbolicDomain
  ) -> SymbolicNumber {
    let sibling = siblings.first { $0.side == side }?.end
    neighboursTaken += 1
    common = min(common, ancestor)
    switch side {
    case .right:
      right[ancestor].slot = right[ancestor].slot + 1
      for below in (ancestor + 1)...level {
        let known = below == level ? sibling : nil
        let end =
          known
          ?? makeEnd(
            "right-neighbour-end", below, isRightmost: isRightmost(below, in: &domain), in: &domain)
        right[below] = Step(slot: 0, end: end)
      }
      return right[level].end
    case .left:
      left[ancestor].slot = left[ancestor].slot - 1
      for below in (ancestor + 1)...level {
        let known = below == level ? sibling : nil
        let end = known ?? makeEnd("left-neighbour-end", below, isRightmost: .constant(false), in: &domain)
        left[below] = Step(slot: end, end: end)
      }
      return left[level].end
    }
  }

  mutating func build(
    _ level: Int, from first: SymbolicNumber, through last: SymbolicNumber, in domain: inout SymbolicDomain
  ) {
    nodesTaken += 1
    if checksLaws { checkLaws(level, items: last - first, isRightmost: isRightmost(level, in: &domain), in: &domain) }
  }

  /// Whether a node of so many items, less one, is what the laws of the tree allow.
  private mutating func checkLaws(
    _ level: Int, items end: SymbolicNumber, isRightmost: SymbolicTruth, in domain: inout SymbolicDomain
  ) {
    let shape = world.shape(level)
    let isLeaf = level == world.leafLevel
    if !domain.decide(end .<= SymbolicNumber(shape.slots - 1)) { brokenLaws.append(.overfull) }
    if !domain.decide(end .>= (isLeaf ? 0 : 1)) { brokenLaws.append(.tooFewChildren) }
    // A root may have less, and a right-most node if bulk mode builds or has built the tree.
    let mayHaveLess =
      world.isBulk || world.wasBuiltInOrder
      ? isRightmost : .constant(level == 0) .| coversAll(level, in: &domain)
    if !domain.decide(mayHaveLess .| (end .>= SymbolicNumber(shape.minimum - (world.isBulk ? 1 : 0)))) {
      brokenLaws.append(.insufficient)
    }
  }

  mutating func joinParents(_ level: Int, count: SymbolicNumber, in domain: inout SymbolicDomain) {
    siblings = []
    notes.nulls = []
  }

  mutating func buildRoot(in domain: inout SymbolicDomain) { nodesTaken += 1 }

  mutating func finish(replacing level: Int) {}

  mutating func finish(asRootOf height: Int) { newHeight = height }

  func mark(_ mark: PlanMark) { notes.marks.append(mark) }
}

extension SymbolicAscent {
  /// Carries a store over several levels out, as the tree's algorithm does.
  mutating func carryOut(_ kind: AscentKind, count: SymbolicNumber, in domain: inout SymbolicDomain) {
    ascend(kind, leafLevel: world.leafLevel, count: count, in: &domain)
  }
}

/// A law of the tree that a node that is built would break.
enum BrokenBuild: String, Hashable, Sendable {
  case overfull, tooFewChildren, insufficient
}
