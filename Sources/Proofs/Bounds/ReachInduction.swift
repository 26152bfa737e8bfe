import MapleTreeModule

/// What the stores of 7.3 take at any height, told apart by the vacant and the sufficient height of their walk.
///
/// The plan's own `copyLevel` is explored at one level, once for each way in which a level can be met: what the level
/// below hands up, and what the walk noted of the node. Each exploration says what the level takes, and whether it ends
/// there or what it hands up. A table over these steps then gives the greatest sum for each height. Only a step that
/// starts from what another one handed up is used, so that the table is an induction from the leaf to the root.
///
/// The world is one above and one below the level: the node above stands for the nearest ancestor that the ways do not
/// cover whole, in which a neighbour is found, or for the root. Trees are those that no bulk mode built, for 7.3 has
/// none: every node but the root has more than its minimum, which `checksLaws` shows of each node that a step builds.
struct ReachInduction {
  /// How the ways to the two ends of a store go through a level.
  enum Ways: Hashable {
    /// Through one node, from the first to the last of this many slots; 4 stands for 4 and more.
    case together(slots: Int)
    /// Through two nodes, as the store found them.
    case apart
    /// Through a node and the one beside it, of which all is taken in for a level below.
    case besideEachOther
  }

  /// What a level is handed: how the ways go through it, and how many nodes were built of the level below.
  struct Entry: Hashable {
    var ways: Ways
    var built: Int
  }

  /// What the walk noted of the node of a level; nil for what it does not say.
  struct Node: Hashable {
    var place: LevelInduction.Place
    var isVacant: Bool?
    var isSufficient: Bool?
  }

  /// What a level can come to.
  struct Exit: Hashable {
    var taken: Int
    /// What the next level is handed; nil where the ascent ends.
    var next: Entry?
    var tookNeighbour: Bool
  }

  private struct Question: Hashable {
    var family: LevelInduction.Family
    var node: Node
    var entry: Entry?
  }

  let tracksGaps: Bool
  let explorer: PathExplorer
  /// A premise that is taken away, to see what it carries.
  var without: Premise?
  private var answers: [Question: [Exit]] = [:]
  private(set) var paths = 0
  private(set) var premises: Set<Premise> = []
  /// The first path on which a node is built that breaks a law, so that the next store could not take the law for
  /// granted.
  private(set) var broken: String?

  init(tracksGaps: Bool, explorer: PathExplorer, without: Premise? = nil) {
    self.tracksGaps = tracksGaps
    self.explorer = explorer
    self.without = without
  }

  /// Ends the table where a node was built that breaks a law.
  private struct BrokenLaw: Error {}

  /// What one level can come to, in a fixed order.
  private mutating func exits(_ family: LevelInduction.Family, _ node: Node, _ entry: Entry?) throws -> [Exit] {
    let question = Question(family: family, node: node, entry: entry)
    if let known = answers[question] { return known }
    let world = StoreWorld(
      tracksGaps: tracksGaps, usesReadCopyUpdate: true, wasBuiltInOrder: false, rebuildRule: .copiedByLevel,
      height: node.place == .middle ? 3 : 2, without: without)
    var found: [Exit] = []
    var broken: String?
    func note(_ path: ExploredPath<ReachStep.Result>) throws -> PathExplorer.Answer {
      if path.result.breaksLaw && broken == nil { broken = try path.text() }
      if !found.contains(path.result.exit) { found.append(path.result.exit) }
      // One node that breaks a law is enough: nothing follows from the steps any more.
      return broken == nil ? .goOn : .stop
    }
    let summary = try explorer.search({ ReachStep(world, family, node, entry).run(in: &$0) }, asking: note)
    if self.broken == nil, let broken { self.broken = broken }
    paths += summary.paths
    premises.formUnion(summary.premises)
    answers[question] = found
    if self.broken != nil { throw BrokenLaw() }
    return found
  }

  // MARK: The table

  /// Where a walk could have ended: the depth of what it noted, and the level at which the ways part.
  private struct Walk: Hashable {
    var vacant: Int
    var sufficient: Int

    /// What is known of the node of a level above the one at which the ways part.
    func node(_ level: Int) -> Node {
      Node(
        place: level == 0 ? .root : .middle, isVacant: Self.flag(vacant, level),
        isSufficient: Self.flag(sufficient, level))
    }

    private static func flag(_ depth: Int, _ level: Int) -> Bool? {
      level == depth - 1 ? true : level >= depth ? false : nil
    }
  }

  private struct Place: Hashable {
    var family: LevelInduction.Family
    var walk: Walk
    var level: Int
    var entry: Entry
  }

  private var above: [Place: Int] = [:]

  /// The greatest number of nodes from a level up to which one way leads.
  private mutating func most(_ family: LevelInduction.Family, _ walk: Walk, _ level: Int, _ entry: Entry) throws -> Int
  {
    let place = Place(family: family, walk: walk, level: level, entry: entry)
    if let known = above[place] { return known }
    var most = 0
    for exit in try exits(family, walk.node(level), entry) {
      var sum = exit.taken
      if let next = exit.next {
        guard level > 0 else { throw ExplorationError.undecided(reason: "a root that goes on") }
        sum += try self.most(family, walk, level - 1, next)
      }
      most = max(most, sum)
    }
    above[place] = most
    return most
  }

  /// The greatest number of nodes of a family's stores in a tree of `height` levels, 2 or more, by what the walk noted;
  /// nil if no walk notes that. A full node can lose a child, so that every node on the walk has room or can lose a
  /// child: the deepest one that the walk saw is noted.
  private mutating func most(_ family: LevelInduction.Family, height: Int, _ walk: Walk) throws -> Int? {
    let leaf = Node(place: .leaf)
    guard family == .spanning else {
      guard max(walk.vacant, walk.sufficient) == height - 1 else { return nil }
      var most: Int?
      for exit in try exits(family, leaf, nil) {
        most = max(most ?? 0, exit.taken + (try exit.next.map { try self.most(family, walk, height - 2, $0) } ?? 0))
      }
      return most
    }
    // The walk ended at the level at which the ways part, and noted nothing of it.
    return try spanningMost(height: height, parting: max(walk.vacant, walk.sufficient), walk)
  }

  private struct Apart: Hashable {
    var built: Int
    /// Whether a neighbour was found above the level at which the ways part.
    var isBeyond: Bool
  }

  private mutating func spanningMost(height: Int, parting: Int, _ walk: Walk) throws -> Int {
    // The most that is taken up to each way in which the levels with two nodes can be left.
    var sums: [Apart: Int] = [:]
    func add(_ exit: Exit, _ sum: Int, _ wasBeyond: Bool, to sums: inout [Apart: Int]) {
      guard let next = exit.next else { return }
      for isBeyond in [wasBeyond, exit.tookNeighbour && parting > 0] where isBeyond || !wasBeyond {
        let key = Apart(built: next.built, isBeyond: isBeyond)
        sums[key] = max(sums[key] ?? 0, sum)
      }
    }
    var most = 0
    for exit in try exits(.spanning, Node(place: .leaf), nil) {
      most = max(most, exit.next == nil ? exit.taken : 0)
      add(exit, exit.taken, false, to: &sums)
    }
    for _ in (parting + 1)..<(height - 1) {
      var next: [Apart: Int] = [:]
      for (state, sum) in sums {
        for exit in try exits(.spanning, Node(place: .middle), Entry(ways: .apart, built: state.built)) {
          if exit.next == nil { most = max(most, sum + exit.taken) }
          add(exit, sum + exit.taken, state.isBeyond, to: &next)
        }
      }
      sums = next
    }
    for (state, sum) in sums {
      let ways: [Ways] = state.isBeyond ? [.besideEachOther] : (2...4).map { .together(slots: $0) }
      for ways in ways {
        let node = Node(place: parting == 0 ? .root : .middle)
        for exit in try exits(.spanning, node, Entry(ways: ways, built: state.built)) {
          var total = sum + exit.taken
          if let next = exit.next {
            guard parting > 0 else { throw ExplorationError.undecided(reason: "a root that goes on") }
            total += try self.most(.spanning, walk, parting - 1, next)
          }
          most = max(most, total)
        }
      }
    }
    return most
  }

  /// The greatest numbers, for a tree of `height` levels, 2 or more; nil if a node is built that breaks a law.
  mutating func needed(
    _ family: LevelInduction.Family, height: Int, tellsHeights: Bool
  ) throws -> NeededNodes? {
    do {
      return broken == nil ? try unbroken(family, height: height, tellsHeights: tellsHeights) : nil
    } catch is BrokenLaw {
      return nil
    }
  }

  private mutating func unbroken(
    _ family: LevelInduction.Family, height: Int, tellsHeights: Bool
  ) throws -> NeededNodes? {
    let deepest = family == .spanning ? height - 2 : height - 1
    var groups: [NeededNodes.Group] = []
    for vacant in 0...deepest {
      for sufficient in 0...deepest {
        guard let nodes = try most(family, height: height, Walk(vacant: vacant, sufficient: sufficient)) else {
          continue
        }
        groups.append(NeededNodes.Group(vacant: vacant, sufficient: sufficient, nodes: nodes))
      }
    }
    guard let greatest = groups.map(\.nodes).max() else { return nil }
    if !tellsHeights { groups = [NeededNodes.Group(nodes: greatest)] }
    var needed = NeededNodes(
      groups: groups, paths: paths, premises: premises.inOrder, witness: "by the steps from level to level")
    needed.isMet = false
    return needed
  }
}
