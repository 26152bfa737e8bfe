import MapleTreeModule
import RangeMapCore

/// One level of 7.3's ascent, over unknowns.
struct ReachStep {
  private let world: StoreWorld
  private let family: LevelInduction.Family
  private let node: ReachInduction.Node
  /// What the level is handed; nil for a leaf.
  private let entry: ReachInduction.Entry?
  private let level: Int

  init(
    _ world: StoreWorld, _ family: LevelInduction.Family, _ node: ReachInduction.Node, _ entry: ReachInduction.Entry?
  ) {
    self.world = world
    self.family = family
    self.node = node
    self.entry = entry
    level = node.place == .root ? 0 : 1
  }

  struct Result {
    var exit: ReachInduction.Exit
    var breaksLaw: Bool
  }

  func run(in domain: inout SymbolicDomain) -> Result {
    var site = SymbolicAscent(world)
    site.checksLaws = true
    descend(&site, in: &domain)
    note(site, in: &domain)
    let count = entry == nil ? site.leafCount(family, in: &domain) : joinedCount(site, in: &domain)
    let built = site.copyLevel(kind, leafLevel: world.leafLevel, level: level, count: count, in: &domain)
    let next = built.map { ReachInduction.Entry(ways: waysAbove(site, in: &domain), built: $0) }
    return Result(
      exit: ReachInduction.Exit(taken: site.nodesTaken, next: next, tookNeighbour: site.neighboursTaken > 0),
      breaksLaw: !site.brokenLaws.isEmpty)
  }

  private var kind: AscentKind {
    switch family {
    case .split: .split
    case .rebalance: .rebalance
    case .spanning: .spanning
    }
  }

  private func descend(_ site: inout SymbolicAscent, in domain: inout SymbolicDomain) {
    switch entry?.ways {
    case nil where family != .spanning, .together(slots: 1): site.descend(in: &domain)
    case nil, .apart: site.descendApart(below: 0, in: &domain)
    case .together(let slots):
      site.descendApart(below: level, in: &domain)
      let width = site.slot(.right, level, in: &domain) - site.slot(.left, level, in: &domain) + 1
      domain.assume(
        .slotsReplaced, slots < 4 ? width .== SymbolicNumber(slots) : width .>= SymbolicNumber(slots))
    case .besideEachOther:
      site.descendApart(below: 0, in: &domain)
      domain.assume(
        .neighbourTakenBelow,
        site.slot(.right, 0, in: &domain) .== site.slot(.left, 0, in: &domain) + 1)
      // Of the node that the ways came from all children are replaced, and of the other one the first or the last.
      let (left, right) = (site.slot(.left, level, in: &domain), site.slot(.right, level, in: &domain))
      let isRight: SymbolicTruth = (left .== 0) .& (right .== 0)
      let isLeft: SymbolicTruth =
        (left .== site.end(.left, level, in: &domain)) .& (right .== site.end(.right, level, in: &domain))
      domain.assume(.neighbourTakenBelow, isRight .| isLeft)
    }
  }

  /// What the walk noted of the node.
  private func note(_ site: SymbolicAscent, in domain: inout SymbolicDomain) {
    let end = site.end(.left, level, in: &domain)
    let shape = world.shape(level)
    if let isVacant = node.isVacant {
      let hasRoom: SymbolicTruth = end .< SymbolicNumber(shape.slots - 1)
      domain.assume(.vacantHeight, isVacant ? hasRoom : .!hasRoom)
    }
    if let isSufficient = node.isSufficient {
      let canLose: SymbolicTruth = end .> SymbolicNumber(node.place == .root ? 2 : shape.minimum + 1)
      domain.assume(.sufficientHeight, isSufficient ? canLose : .!canLose)
    }
  }

  /// The items of an internal level.
  private func joinedCount(_ site: SymbolicAscent, in domain: inout SymbolicDomain) -> SymbolicNumber {
    let (left, right) = (site.slot(.left, level, in: &domain), site.slot(.right, level, in: &domain))
    let end = site.end(.right, level, in: &domain)
    // A level that covers all ends the ascent, so that the one below this one does not.
    let coversAllBelow = site.coversAll(level, in: &domain) .& (left .== 0) .& (right .== end)
    domain.assume(.noRootBelow, .!coversAllBelow)
    return site.joinedCount(level: level, built: SymbolicNumber(entry?.built ?? 1), in: &domain)
  }

  /// How the ways go through the level above.
  private func waysAbove(_ site: SymbolicAscent, in domain: inout SymbolicDomain) -> ReachInduction.Ways {
    let slots = site.slot(.right, level - 1, in: &domain) - site.slot(.left, level - 1, in: &domain) + 1
    for count in 1...3 where domain.decide(slots .== SymbolicNumber(count)) { return .together(slots: count) }
    return .together(slots: 4)
  }
}
