import MapleTreeModule

/// Finds what stores need: to height 4 by exploring all paths, above by the step from level to level, whose greatest
/// case is then looked for in the highest trees.
package struct ExploringProver: BoundProver {
  private let exploration: BoundExploration
  private let explorer: PathExplorer
  private var explored: [Question: BoundCases] = [:]
  private var levels: [Level: LevelInduction.Outcome] = [:]
  private var reached: [Bool: ReachInduction] = [:]

  private struct Question: Hashable {
    var world: StoreWorld
    var part: BoundExploration.Part
    var tellsHeights: Bool
  }

  private struct Level: Hashable {
    var world: StoreWorld
    var family: LevelInduction.Family
    var place: LevelInduction.Place
  }

  /// The heights at which all paths are explored.
  package static let exploredHeights = 0...4

  /// The heights at which all paths of an algorithm are explored. Those of 7.3 are told apart by what the walk notes,
  /// which makes them many more; what is explored of them is held to `ReachInduction`.
  package static func exploredHeights(of algorithm: RebuildRule) -> ClosedRange<Int> {
    algorithm == .copiedByLevel ? 0...3 : exploredHeights
  }

  /// Whether an algorithm's steps from level to level are asked at each height that they speak of, even if all paths
  /// could be explored.
  private let prefersSteps: Bool

  package init(explorer: PathExplorer = PathExplorer(), prefersSteps: Bool = false) {
    self.prefersSteps = prefersSteps
    self.explorer = explorer
    exploration = BoundExploration(explorer: explorer)
  }

  /// - Throws: `ExplorationError` but for `undecided`, which is the answer nil.
  package mutating func needed(
    _ cell: WitnessCase, algorithm: RebuildRule, tellsHeights: Bool
  ) throws -> NeededNodes? {
    do {
      let explored = prefersSteps && algorithm == .copiedByLevel ? 0...1 : Self.exploredHeights(of: algorithm)
      let isExplored = explored.contains(cell.height)
      if isExplored { return try neededByExploration(cell, algorithm, tellsHeights: tellsHeights) }
      if algorithm == .copiedByLevel { return try neededByReach(cell, algorithm, tellsHeights: tellsHeights) }
      return tellsHeights ? nil : try neededBySteps(cell, algorithm)
    } catch ExplorationError.undecided {
      return nil
    }
  }

  /// What a level of 6.12 or 6.16 can come to, explored once. In a world without a premise one path that breaks what
  /// the next level expects is enough.
  mutating func outcome(
    _ family: LevelInduction.Family, _ place: LevelInduction.Place, in world: StoreWorld
  ) throws -> LevelInduction.Outcome {
    let level = Level(world: world, family: family, place: place)
    if let outcome = levels[level] { return outcome }
    let outcome = try LevelInduction(world: world, explorer: explorer).outcome(family, place) {
      world.without != nil && $0.broken != nil
    }
    levels[level] = outcome
    return outcome
  }

  /// What the ascents of a family take, from what their levels do.
  mutating func sums(_ family: LevelInduction.Family, in world: StoreWorld) throws -> LevelSums {
    var sums = LevelSums()
    for place in LevelInduction.Place.allCases where sums.broken == nil {
      sums.levels[place] = try outcome(family, place, in: world)
    }
    return sums
  }

  private func world(_ cell: WitnessCase, _ algorithm: RebuildRule) -> StoreWorld {
    // What goes up the tree does so in either mode: one exploration serves both.
    let goesUp = cell.kind == .splitStore || cell.kind == .rebalance || cell.kind == .spanningStore
    return StoreWorld(
      tracksGaps: cell.tracksGaps, usesReadCopyUpdate: goesUp || cell.usesReadCopyUpdate,
      // 7.3 has no bulk mode.
      wasBuiltInOrder: algorithm != .copiedByLevel, rebuildRule: algorithm, height: cell.height)
  }

  private func part(_ kind: StoreKind) -> BoundExploration.Part {
    switch kind {
    case .rootStore, .newRoot, .exactFit, .append, .slotStore, .nodeStore: .inLeaf
    case .splitStore, .rebalance, .spanningStore: .ascent(kind)
    }
  }

  private mutating func cases(_ question: Question) throws -> BoundCases {
    if let known = explored[question] { return known }
    let found = try exploration.cases(of: question.world, question.part, tellsHeights: question.tellsHeights)
    explored[question] = found
    return found
  }

  private mutating func neededByExploration(
    _ cell: WitnessCase, _ algorithm: RebuildRule, tellsHeights: Bool
  ) throws -> NeededNodes? {
    let found = try cases(
      Question(world: world(cell, algorithm), part: part(cell.kind), tellsHeights: tellsHeights))
    var greatest: [[Int]: Int] = [:]
    for store in found.cases where store.kind == cell.kind {
      greatest[[store.vacant, store.sufficient], default: 0].formMax(store.taken)
    }
    let groups = greatest.keys.sorted { $0.lexicographicallyPrecedes($1) }.map {
      NeededNodes.Group(vacant: $0[0], sufficient: $0[1], nodes: greatest[$0] ?? 0)
    }
    return NeededNodes(
      groups: groups, paths: found.paths(of: cell.kind), premises: found.summary.premises,
      witness: found.greatest(cell.kind)?.witness.text ?? "")
  }

  /// The plan of a leaf asks of what is above only whether the leaf is right-most. At all heights from 2 on it may be,
  /// or not. So the highest trees that are explored stand for those above them.
  private mutating func neededInLeaf(_ cell: WitnessCase, _ algorithm: RebuildRule) throws -> NeededNodes? {
    var cell = cell
    cell.height = Self.exploredHeights(of: algorithm).upperBound
    return try neededByExploration(cell, algorithm, tellsHeights: false)
  }

  private mutating func neededBySteps(_ cell: WitnessCase, _ algorithm: RebuildRule) throws -> NeededNodes? {
    let world = world(cell, algorithm)
    guard let family = LevelInduction.Family(kind: cell.kind) else { return try neededInLeaf(cell, algorithm) }
    var anyHeight = world
    anyHeight.height = 3
    let sums = try sums(family, in: anyHeight)
    guard sums.broken == nil else { return nil }
    let bound = sums.greatest(height: cell.height)
    let store = try guidedCase(world, cell.kind)
    guard let store, store.taken == bound else { return nil }
    return NeededNodes(
      groups: [NeededNodes.Group(nodes: bound)], paths: sums.paths, premises: sums.premises.inOrder,
      witness: store.witness.text)
  }

  /// What the steps of 7.3 come to at most, for each vacant and sufficient height of the walk.
  private mutating func neededByReach(
    _ cell: WitnessCase, _ algorithm: RebuildRule, tellsHeights: Bool
  ) throws -> NeededNodes? {
    guard let family = LevelInduction.Family(kind: cell.kind) else { return try neededInLeaf(cell, algorithm) }
    var induction = reached[cell.tracksGaps] ?? ReachInduction(tracksGaps: cell.tracksGaps, explorer: explorer)
    var needed = try induction.needed(family, height: cell.height, tellsHeights: tellsHeights)
    reached[cell.tracksGaps] = induction
    guard !tellsHeights, let bound = needed?.greatest else { return needed }
    let store = try guidedCase(world(cell, algorithm), cell.kind)
    if let store, store.taken == bound {
      needed?.isMet = true
      needed?.witness = store.witness.text
    }
    return needed
  }

  /// A store that takes the most, in trees that are filled for it.
  private mutating func guidedCase(_ world: StoreWorld, _ kind: StoreKind) throws -> StoreCase? {
    var world = world
    world.guide = kind != .rebalance ? .full : world.wasBuiltInOrder ? .leastOnRight : .leastBelowRoot
    return try cases(Question(world: world, part: .ascent(kind), tellsHeights: false)).greatest(kind)
  }
}

extension Int {
  fileprivate mutating func formMax(_ other: Int) { self = Swift.max(self, other) }
}
