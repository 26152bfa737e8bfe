import Operations
import RangeMapCore

/// In what two trees differ, as reports name it.
public enum LockstepDifferenceKind: String, CaseIterable, Codable, Hashable, Sendable {
  /// The reference noticed a fault of its own.
  case faults
  case results, cursors, shapes
  case nodesTaken = "nodes taken"
  case nodesPlanned = "nodes planned"
  /// What bulk mode begins with.
  case reserves
}

/// Two trees that are made to do the same, and must look the same after it: node by node, in the nodes taken, and in
/// every result.
///
/// The first tree is the reference. Orders to fail an allocation and interlopers are left out: two libraries need not
/// ask in the same order. Three things are left out because they are outside what the reference promises: a prepared
/// store after a change, stores in bulk mode that are not behind everything else, and bulk mode while readers may be
/// inside.
///
/// A walk of all nodes after each operation would make the work quadratic, so that it comes the more rarely the
/// larger the tree is; a difference that is found late is found again at its operation when the run is made anew with
/// `isThorough`.
public struct Lockstep<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>: ~Copyable {
  /// Where two trees parted.
  public struct Difference: Error, Hashable, Sendable, CustomStringConvertible {
    /// What differs.
    public var kind: LockstepDifferenceKind
    /// The operation's place in the run, from 0.
    public var operationIndex: Int
    public var operation: String
    /// What each of the trees did or holds.
    public var first: String
    public var second: String

    public var description: String { "\(violation(naming: ("the first tree", "the second tree")))" }

    /// The difference as a violation, with the name of the tree before what each did: a reader must not have to know
    /// which one is the reference.
    public func violation(naming names: (first: String, second: String)) -> Violation {
      Violation(
        kind: .treesDiffer, operationIndex: operationIndex, operation: operation,
        expected: "\(kind.rawValue) of \(names.first): \(first)",
        found: "\(kind.rawValue) of \(names.second): \(second)")
    }
  }

  var first: First
  var second: Second
  let makeFirst: (MapConfiguration) -> First
  let makeSecond: (MapConfiguration) -> Second
  let isThorough: Bool
  /// Where the run notes how far it is; `nil` where nobody looks.
  public var watch: RunWatch?
  var configuration: MapConfiguration
  private var firstShape = TreeShape()
  private var secondShape = TreeShape()
  private var firstNext: UInt64 = 0
  private var secondNext: UInt64 = 0
  private var isBulk = false
  /// Whether the reference has bulk mode: 6.18 and later have none.
  private let hasBulkMode: Bool
  private var hasChangedSincePrepare = true
  private var untilWalk = 0
  /// Operations made so far, and walks of all nodes.
  public private(set) var operations: UInt64 = 0
  public private(set) var walks: UInt64 = 0
  private var operationIndex = -1

  public init(
    configuration: MapConfiguration, isThorough: Bool = false,
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) {
    self.configuration = configuration
    self.isThorough = isThorough
    self.makeFirst = makeFirst
    self.makeSecond = makeSecond
    first = makeFirst(configuration)
    second = makeSecond(configuration)
    var other = makeFirst(configuration)
    hasBulkMode = other.call(.beginBulk(expecting: 0, .maySleep), next: &firstNext).error != .unsupported
    Runner<First>.empty(&other, openReaders: 0)
  }

  /// Makes an operation on both trees.
  public mutating func perform(_ operation: Operation) throws(Difference) {
    operationIndex += 1
    watch?.note(operation: operationIndex)
    switch operation.kind {
    case .failAllocation, .interlope, .atMost: return
    case .verify: try compareShapes(operation)
    case .enterReader:
      first.enterReader()
      second.enterReader()
    case .leaveReader:
      first.leaveReader()
      second.leaveReader()
    case .fill:
      try endBulk()
      guard let stores = FillStores(operation) else { return }
      for store in stores { try call(store) }
    case .duplicate:
      try endBulk()
      try duplicate(operation, operation.policy)
    case .beginBulk:
      if configuration.usesReadCopyUpdate || !hasBulkMode { return }
      try endBulk()
      try beginBulk(operation)
    case .bulkFill:
      guard let stores = FillStores(operation) else { return }
      for store in stores { try callBulk(store) }
    case .bulkStore: try callBulk(operation)
    case .prepare:
      try endBulk()
      // One that is prepared anew may keep more nodes than it needs.
      try call(.abandonPrepared)
      try call(operation)
    case .endBulk: try endBulk()
    case .storePrepared:
      // The end of bulk mode is a change too.
      try endBulk()
      if hasChangedSincePrepare { return }
      try call(operation)
    default:
      if operation.kind.isWriteOrReservation || operation.kind == .setReadCopyUpdate { try endBulk() }
      try call(operation)
    }
  }

  /// Begins bulk mode, and compares the reserves that it takes.
  private mutating func beginBulk(_ operation: Operation) throws(Difference) {
    let before = (first.counters.reservedNodes, second.counters.reservedNodes)
    try call(operation)
    isBulk = true
    let (wanted, found) = (first.counters.reservedNodes &- before.0, second.counters.reservedNodes &- before.1)
    if wanted != found { throw difference(.reserves, operation, "\(wanted) nodes reserved", "\(found) nodes reserved") }
  }

  /// Makes a store in bulk mode where it is behind everything else.
  private mutating func callBulk(_ operation: Operation) throws(Difference) {
    let range = operation.range
    var index = range.first
    guard isBulk, operation.entry != nil, range.isValid else { return }
    if first.slot(at: index).entry != nil || first.find(&index, through: .max) != nil { return }
    // A zero entry is passed over by the search.
    if first.slot(at: range.first).range.last != .max { return }
    try call(operation)
  }

  private mutating func endBulk() throws(Difference) {
    guard isBulk else { return }
    isBulk = false
    try call(.endBulk)
  }

  private mutating func call(_ operation: Operation) throws(Difference) {
    operations += 1
    watch?.note(call: operations)
    let expected = first.call(operation, next: &firstNext)
    let found = second.call(operation, next: &secondNext)
    if first.hasNoticedViolation {
      throw difference(.faults, operation, first.brokenLaws().joined(separator: "; "), "no fault")
    }
    if expected != found { throw difference(.results, operation, "\(expected)", "\(found)") }
    if firstNext != secondNext { throw difference(.results, operation, "next \(firstNext)", "next \(secondNext)") }
    if let cursor = operation.usedCursor {
      let (wanted, state) = (first.cursorState(cursor), second.cursorState(cursor))
      if wanted != state {
        throw difference(.cursors, operation, cursorText(cursor, wanted), cursorText(cursor, state))
      }
    }
    if operation.kind == .setReadCopyUpdate {
      configuration.usesReadCopyUpdate = operation.flag
      hasChangedSincePrepare = true
    }
    if operation.kind == .prepare { hasChangedSincePrepare = found.error != nil }
    guard operation.kind.isWrite else { return }
    if found.error == nil {
      hasChangedSincePrepare = true
      if found != .entry(nil) { try compareNodesTaken(operation) }
    }
    untilWalk -= 1
    if isThorough || untilWalk <= 0 { try compareShapes(operation) }
  }

  private mutating func compareNodesTaken(_ operation: Operation) throws(Difference) {
    if operation.kind == .endBulk || operation.kind == .removeAll { return }
    let (wanted, counters) = (first.counters, second.counters)
    if wanted.nodesTaken != counters.nodesTaken {
      throw difference(.nodesTaken, operation, "\(wanted.nodesTaken) nodes taken", "\(counters.nodesTaken) nodes taken")
    }
    // In bulk mode what was in reserve before is no plan for this store. A kernel asks for a node where a NULL goes
    // into a tree without a node or makes it one, and never takes it.
    let isUnusedNode = wanted.nodesPlanned == 1 && counters.nodesPlanned == 0 && counters.nodesTaken == 0
    if operation.kind != .bulkStore && !isUnusedNode && wanted.nodesPlanned != counters.nodesPlanned {
      throw difference(
        .nodesPlanned, operation, "\(wanted.nodesPlanned) nodes planned", "\(counters.nodesPlanned) nodes planned")
    }
  }

  private mutating func compareShapes(_ operation: Operation) throws(Difference) {
    walks += 1
    firstShape.removeAll()
    secondShape.removeAll()
    first.describeShape(to: &firstShape)
    second.describeShape(to: &secondShape)
    untilWalk = firstShape.nodeCount / 8
    if let texts = TreeShape.difference(firstShape, secondShape) {
      throw difference(.shapes, operation, texts.left, texts.right)
    }
  }

  private mutating func duplicate(_ operation: Operation, _ policy: AllocationPolicy) throws(Difference) {
    operations += 1
    watch?.note(call: operations)
    var firstCopy = makeFirst(configuration)
    var secondCopy = makeSecond(configuration)
    var (expected, found): (RangeMapError?, RangeMapError?)
    do { try first.duplicate(into: &firstCopy, policy: policy) } catch { expected = error }
    do { try second.duplicate(into: &secondCopy, policy: policy) } catch { found = error }
    if expected == .unsupported { return }
    if expected != found {
      throw difference(.results, operation, expected.map { "\($0)" } ?? "success", found.map { "\($0)" } ?? "success")
    }
    guard expected == nil else { return }
    swap(&first, &firstCopy)
    swap(&second, &secondCopy)
    hasChangedSincePrepare = true
    Runner<First>.empty(&firstCopy, openReaders: 0)
    Runner<Second>.empty(&secondCopy, openReaders: 0)
    try compareShapes(operation)
  }

  private func difference(
    _ kind: LockstepDifferenceKind, _ operation: Operation, _ first: String, _ second: String
  ) -> Difference {
    Difference(
      kind: kind, operationIndex: operationIndex, operation: ScriptText.print(operation), first: first, second: second)
  }

  /// Makes all operations of a script, and walks at the end.
  public static func difference(
    of script: Script, watch: RunWatch? = nil, makeFirst: @escaping (MapConfiguration) -> First,
    makeSecond: @escaping (MapConfiguration) -> Second
  ) -> Difference? {
    var lockstep = Lockstep(
      configuration: script.configuration, isThorough: true, makeFirst: makeFirst, makeSecond: makeSecond)
    lockstep.watch = watch
    do {
      for operation in script.operations { try lockstep.perform(operation) }
      try lockstep.perform(.verify)
      return nil
    } catch {
      return error
    }
  }
}
