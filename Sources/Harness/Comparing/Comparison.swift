import Operations
import RangeMapCore

/// Makes the same operations on two maps, and keeps in what they differ.
///
/// Of each group the first difference of a run is kept. A difference in what the maps hold ends the run. So does a call
/// that only one of them refused, unless it can be made good:
///
/// - A call that lacked memory on one side changed nothing there, and is made again there with all memory.
/// - A prepared store that no longer fits on one side is given up there, and made plainly.
/// - Cursors that differ are set to one index on both sides.
///
/// After a difference of shape all else is still compared, but for the counts of nodes: they follow from the shape. The
/// shape counts again after the two have met.
///
/// What is right is not asked here: the two may be wrong alike.
public struct Comparison<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>: ~Copyable {
  var first: First
  var second: Second
  let makeFirst: (MapConfiguration) -> First
  let makeSecond: (MapConfiguration) -> Second
  var options: ComparisonOptions
  var configuration: MapConfiguration

  // What the run itself remembers between operations.
  var firstNext: UInt64 = 0
  var secondNext: UInt64 = 0
  var orders = ComparedCall.Orders()
  var openReaders = 0
  var prepared: (range: KeyRange, entry: Entry?)?
  /// Whether the maps are in bulk mode, in lockstep.
  var isBulk = false
  var hasChangedSincePrepare = true
  var operationIndex = -1
  private var groups: Set<DifferenceGroup> = []

  // The shapes of the two.
  var firstShape = TreeShape()
  var secondShape = TreeShape()
  var untilWalk = 0
  /// Whether the shapes differed when they were last compared.
  var haveParted = false
  /// The last call after which the shapes were seen to be the same, counted from 1.
  var lastMeeting: UInt64 = 0
  /// Writes since all nodes were compared.
  var unseenWrites = 0
  /// Whether the reserves, and the nodes held, differed when they were last compared.
  var reservesDiffer = false
  var heldNodesDiffer = false
  /// Up to this call shapes and counts are not compared: a run that traces a difference knows that they are the same.
  var comparesNodesAfter: UInt64 = 0
  /// Set if nodes differ since some call after `lastMeeting`: which one is for a run of its own to find.
  var wantsTrace = false
  /// How often that was so.
  var traces = 0
  /// How often the shapes have parted.
  public internal(set) var partings = 0

  /// Calls made on both maps so far, and comparisons of all nodes.
  public private(set) var operations: UInt64 = 0
  var walks: UInt64 = 0
  /// Operations that were made on neither map, because one of them has them not.
  public private(set) var skipped: [OperationKind: UInt64] = [:]
  /// The first difference of each group, in the order in which they were found.
  public private(set) var differences: [MapDifference] = []
  /// Whether nothing more is done: after a difference that leaves nothing to compare, or if both failed alike.
  public private(set) var hasEnded = false
  /// Whether the last call lacked memory on both sides.
  private(set) var lastLackedMemory = false

  public init(
    configuration: MapConfiguration, options: ComparisonOptions = ComparisonOptions(),
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    self.configuration = configuration
    self.options = options
    self.makeFirst = makeFirst
    self.makeSecond = makeSecond
    first = makeFirst(configuration)
    second = makeSecond(configuration)
  }

  // MARK: Operations

  /// Makes an operation on both maps.
  /// - Returns: whether the run goes on.
  @discardableResult
  public mutating func perform(_ operation: Operation) -> Bool {
    if hasEnded { return false }
    operationIndex += 1
    options.watch?.note(operation: operationIndex)
    lastLackedMemory = false
    if options.skippedKinds.contains(operation.kind) {
      skipped[operation.kind, default: 0] += 1
      return true
    }
    if options.isLockstep { performInLockstep(operation) } else { make(operation) }
    return !hasEnded
  }

  mutating func make(_ operation: Operation) {
    switch operation.kind {
    case .failAllocation: orders.refusal = (operation.number, operation.flag)
    case .interlope: orders.interloper = (operation.range, operation.entry)
    case .atMost: break
    case .enterReader:
      openReaders += 1
      first.enterReader()
      second.enterReader()
    case .leaveReader:
      openReaders = max(0, openReaders - 1)
      first.leaveReader()
      second.leaveReader()
    case .verify: compareEverything(operation)
    case .fill, .bulkFill:
      guard let stores = FillStores(operation) else { break }
      for store in stores where !hasEnded { call(store) }
    case .duplicate: duplicate(operation, operation.policy)
    default: call(operation)
    }
  }

  /// Compares all that is left, empties both maps, and compares what they still hold.
  public mutating func finish() {
    if hasEnded { return }
    operationIndex += 1
    options.watch?.note(operation: operationIndex)
    compareEverything(nil)
    if hasEnded { return }
    Self.empty(&first, openReaders)
    Self.empty(&second, openReaders)
    guard options.comparesCounts, !heldNodesDiffer else { return }
    let (nodes, others) = (first.counters.liveNodes, second.counters.liveNodes)
    if nodes != others { note(.nodesHeld, nil, "\(nodes) nodes after emptying", "\(others) nodes after emptying") }
  }

  /// Gives back all that a map can hold.
  static func empty<Map: RangeMap & ~Copyable>(_ map: inout Map, _ openReaders: Int) {
    map.abandonPrepared()
    map.endBulk()
    for _ in 0..<openReaders { map.leaveReader() }
    map.removeAll()
  }

  // MARK: Keeping account

  /// Counts a call, and tells the watch of it.
  mutating func countCall() {
    operations += 1
    options.watch?.note(call: operations)
  }

  /// Keeps a difference if it is the first of its group.
  mutating func note(
    _ aspect: ComparedAspect, _ operation: Operation?, _ first: String, _ second: String, detail: String = ""
  ) {
    let group = DifferenceGroup(aspect, operation?.kind.family ?? .end, detail: detail)
    guard groups.insert(group).inserted else { return }
    differences.append(
      MapDifference(
        group: group, operationIndex: operationIndex, operation: operation.map { ScriptText.print($0) } ?? "end of run",
        first: first, second: second))
  }

  /// Whether a difference of some aspect was found.
  func hasNoted(_ isWanted: (ComparedAspect) -> Bool) -> Bool { differences.contains { isWanted($0.group.aspect) } }

  /// Whether a difference would be the first of its group.
  func isNew(_ aspect: ComparedAspect, _ operation: Operation?) -> Bool {
    !groups.contains(DifferenceGroup(aspect, operation?.kind.family ?? .end))
  }

  /// Takes over what a run of its own has found, which knows at which operation it was.
  mutating func takeOver(_ traced: [MapDifference]) {
    for difference in traced where groups.insert(difference.group).inserted { differences.append(difference) }
  }

  /// Keeps a difference after which there is nothing to compare.
  mutating func end(
    _ aspect: ComparedAspect, _ operation: Operation?, _ first: String, _ second: String, detail: String = ""
  ) {
    note(aspect, operation, first, second, detail: detail)
    hasEnded = true
  }

  /// Ends the run without a difference: both failed alike.
  mutating func endAlike() { hasEnded = true }

  mutating func keepLackOfMemory() { lastLackedMemory = true }
}
