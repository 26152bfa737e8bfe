import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// How many differences of a run are traced. After that neither shapes nor counts are compared: each costs a run.
  private static var greatestTraces: Int { 8 }
  /// The nodes up to which all are compared after each write, if that is wanted.
  private static var smallTree: Int { 512 }

  private var comparesNodes: Bool {
    operations > comparesNodesAfter && traces <= Self.greatestTraces && !wantsTrace
  }

  /// Compares what a write or a reservation did with nodes, and the shapes where that is due.
  ///
  /// Counts follow from shapes. They speak of the call itself only if the shapes are the same before it and after it.
  mutating func compareNodes(_ operation: Operation, succeeded: Bool) {
    guard comparesNodes else { return }
    let changed = succeeded && operation.kind.isWrite
    let counts =
      options.comparesCounts
      ? CountedNodes(first.counters, second.counters) : CountedNodes(MapCounters(), MapCounters())
    let found = haveParted ? [] : differences(in: counts, after: operation, isWrite: changed)
    // What is left of a difference is not another one, and what differs by the shape is none once the shapes have met.
    reservesDiffer = counts.reservesDiffer
    heldNodesDiffer = counts.heldDiffer
    if changed {
      untilWalk -= 1
      unseenWrites += 1
    }
    let isExact = options.walksOften || unseenWrites <= 1 || !options.comparesShapes
    if options.comparesShapes && ((changed && untilWalk <= 0) || !found.isEmpty) { compareShapes(operation) }
    if haveParted || wantsTrace { return }
    for (aspect, texts) in found where isNew(aspect, operation) {
      if isExact {
        note(aspect, operation, texts.0, texts.1)
      } else {
        trace()
      }
    }
  }

  private func differences(
    in counts: CountedNodes, after operation: Operation, isWrite: Bool
  ) -> [(ComparedAspect, (String, String))] {
    var found: [(ComparedAspect, (String, String))] = []
    let (one, other) = (counts.first, counts.second)
    if isWrite && counts.askedForDiffer(after: operation), !(options.isLockstep && counts.isUnusedNode) {
      found.append(
        (.nodesAskedFor, ("\(one.nodesPlanned) nodes asked for", "\(other.nodesPlanned) nodes asked for")))
    }
    if isWrite && counts.takenDiffer(after: operation) {
      found.append((.nodesTaken, ("\(one.nodesTaken) nodes taken", "\(other.nodesTaken) nodes taken")))
    }
    if counts.reservesDiffer && !reservesDiffer, !options.isLockstep || operation.kind == .beginBulk {
      found.append(
        (.nodesReserved, ("\(one.reservedNodes) nodes in reserve", "\(other.reservedNodes) nodes in reserve")))
    }
    // Two shapes may well have other numbers of nodes.
    if options.comparesShapes && counts.heldDiffer && !heldNodesDiffer {
      found.append((.nodesHeld, ("\(counts.held.first) nodes held", "\(counts.held.second) nodes held")))
    }
    return found
  }

  /// Compares all nodes of the two.
  ///
  /// A walk after each write would make the work quadratic, so that it comes the more rarely the larger the tree is. If
  /// nodes are then found to differ and it is not known since when, a run of its own finds that out.
  mutating func compareShapes(_ operation: Operation?) {
    guard options.comparesShapes, comparesNodes else { return }
    walks += 1
    firstShape.removeAll()
    secondShape.removeAll()
    first.describeShape(to: &firstShape)
    second.describeShape(to: &secondShape)
    let isExact = options.walksOften || unseenWrites <= 1
    let isSmall = firstShape.nodeCount <= Self.smallTree
    untilWalk = options.walksOften ? (isSmall ? 0 : firstShape.nodeCount / 64) : firstShape.nodeCount / 8
    unseenWrites = 0
    guard let texts = TreeShape.difference(firstShape, secondShape) else {
      haveParted = false
      lastMeeting = operations
      return
    }
    if haveParted { return }
    haveParted = true
    partings += 1
    if isExact {
      note(.shape, operation, texts.left, texts.right)
    } else {
      trace()
    }
  }

  /// Keeps a difference of requests for memory. They too follow from the shape, and are told only if the shapes are the
  /// same before the call.
  mutating func noteRequests(_ aspect: ComparedAspect, _ operation: Operation, _ first: String, _ second: String) {
    guard comparesNodes, !haveParted, isNew(aspect, operation) else { return }
    if options.walksOften || unseenWrites == 0 || !options.comparesShapes {
      note(aspect, operation, first, second)
    } else {
      trace()
    }
  }

  /// Asks for a run of its own, which finds the call that made the difference.
  private mutating func trace() {
    wantsTrace = true
    traces += 1
  }

  /// Ends a trace: takes over what it found.
  mutating func settle(_ traced: [MapDifference]) {
    wantsTrace = false
    takeOver(traced)
  }
}

/// What two maps count of their nodes after a call.
private struct CountedNodes {
  var first: MapCounters
  var second: MapCounters

  init(_ first: MapCounters, _ second: MapCounters) {
    self.first = first
    self.second = second
  }

  /// Whether the last write is told of: one that stored nothing leaves the counts of the one before.
  private func areOfWrite(_ operation: Operation) -> Bool {
    switch operation.kind {
    case .removeAll, .endBulk, .prepare, .beginBulk, .duplicate: false
    default: true
    }
  }

  func takenDiffer(after operation: Operation) -> Bool {
    areOfWrite(operation) && first.nodesTaken != second.nodesTaken
  }

  /// In bulk mode the nodes were asked for when it began: the reserve tells.
  func askedForDiffer(after operation: Operation) -> Bool {
    areOfWrite(operation) && operation.kind != .bulkStore && first.nodesPlanned != second.nodesPlanned
  }

  /// A kernel asks for a node if a NULL goes into a tree without a node or makes it one, and never takes it.
  var isUnusedNode: Bool { first.nodesPlanned == 1 && second.nodesPlanned == 0 && second.nodesTaken == 0 }

  var reservesDiffer: Bool { first.reservedNodes != second.reservedNodes }

  var held: (first: UInt64, second: UInt64) {
    (
      first.liveNodes &- first.retiredNodes &- first.reservedNodes,
      second.liveNodes &- second.retiredNodes &- second.reservedNodes
    )
  }

  var heldDiffer: Bool { held.first != held.second }
}
