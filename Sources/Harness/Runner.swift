import Operations
import RangeMapCore
import SortedArrayOracle

/// Makes operations on a subject and on the oracle, and compares all that can be seen of the two.
///
/// After the first violation nothing more is done. All methods that the subject's type can speed up are inlinable, so
/// that a client gets its own copies of them; nothing is allocated for an operation that finds nothing.
public struct Runner<Subject: RangeMap & ~Copyable>: ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline var oracle: SortedArrayOracle
  @usableFromInline let makeSubject: (MapConfiguration) -> Subject
  @usableFromInline let options: RunnerOptions
  @usableFromInline var configuration: MapConfiguration

  // What the run itself remembers between operations.
  @usableFromInline var subjectNext: UInt64 = 0
  @usableFromInline var oracleNext: UInt64 = 0
  @usableFromInline var openReaders = 0
  @usableFromInline var preparedRange: KeyRange?
  @usableFromInline var hasChangedSincePrepare = false
  @usableFromInline var isBulk = false
  @usableFromInline var pendingRefusal: (index: UInt64, forever: Bool) = (0, false)
  @usableFromInline var pendingInterloper: (range: KeyRange, entry: Entry?)?
  @usableFromInline var pendingNodeBound: UInt64?
  @usableFromInline var operationIndex = -1
  /// Whether what a write touched is compared; not after every store of a fill.
  @usableFromInline var looksAround = true

  @usableFromInline var state = RunProgress()
  @usableFromInline var outcomes = OutcomeCounts()
  @usableFromInline var marks = MarkCounts()
  @usableFromInline var nodeUse = NodeUse()

  /// What was done so far, and what was found.
  @inlinable
  public var progress: RunProgress { state }

  /// The state of one of the subject's cursors.
  public func cursorState(_ cursor: Int) -> CursorState { subject.cursorState(cursor) }

  /// Begins a run on an empty map.
  /// - Parameter makeSubject: makes an empty subject; called once more for each duplicate.
  @inlinable
  public init(
    configuration: MapConfiguration, options: RunnerOptions = .fast,
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) {
    self.configuration = configuration
    self.options = options
    self.makeSubject = makeSubject
    subject = makeSubject(configuration)
    oracle = SortedArrayOracle(configuration: configuration, capacity: options.oracleCapacity)
    options.watch?.begin()
  }

  /// Makes an operation, and tells whether the run is still without a violation.
  @inlinable
  public mutating func perform(_ operation: Operation) -> Bool {
    guard state.violation == nil else { return false }
    operationIndex += 1
    options.watch?.note(operation: operationIndex)
    if options.skips(operation.kind) {
      outcomes.count(operation.kind, error: .unsupported, refused: false)
      state.lastResult = .skipped
      return true
    }
    switch operation.kind {
    case .failAllocation:
      pendingRefusal = (operation.number, operation.flag)
    case .interlope:
      pendingInterloper = (operation.range, operation.entry)
    case .enterReader:
      openReaders += 1
      subject.enterReader()
      oracle.enterReader()
    case .leaveReader:
      openReaders = max(0, openReaders - 1)
      subject.leaveReader()
      oracle.leaveReader()
    case .atMost:
      pendingNodeBound = operation.number
    case .verify:
      return compareEverything(operation)
    case .fill, .bulkFill:
      guard let stores = FillStores(operation) else { return true }
      return perform(operation, as: stores)
    case .duplicate:
      return duplicate(operation, policy: operation.policy) && checkSchedule(operation)
    default:
      return makeCall(operation) && checkSchedule(operation)
    }
    return true
  }

  /// Makes stores one by one. What is ordered for the next call is for the first of them.
  ///
  /// Between them the costly checks are rare even where the options want them after every operation, eight at most in a
  /// long fill, for they would make it quadratic; after the last of them all is as for any operation. The slots that a
  /// store touched are compared as often as `fillInterval` says, and after the last that was ordered.
  @inlinable
  mutating func perform(_ operation: Operation, as stores: FillStores) -> Bool {
    let least = max(512, UInt64(stores.count) / 8)
    var left = UInt64(stores.count)
    for store in stores {
      left -= 1
      looksAround = options.fillInterval <= 1 || left % options.fillInterval == 0
      guard makeCall(store, least: least) && checkSchedule(store, least: least) else { return false }
    }
    looksAround = true
    return checkSchedule(operation)
  }

  /// Makes every operation of a script and ends the run.
  @inlinable
  public mutating func performAll(_ operations: [Operation]) -> Bool {
    for operation in operations {
      if !perform(operation) { break }
    }
    return finish()
  }

  /// Keeps the first violation. Never inlined, so that it does not weigh on the calls that find nothing.
  @usableFromInline @inline(never)
  mutating func report(_ kind: ViolationKind, _ operation: Operation?, expected: String, found: String) -> Bool {
    if state.violation == nil {
      state.violation = Violation(
        kind: kind, operationIndex: operation == nil ? operationIndex + 1 : operationIndex,
        operation: operation.map { ScriptText.print($0) } ?? "end of run", expected: expected, found: found)
    }
    return false
  }
}
