import Operations
import RangeMapCore

/// What a shrunk finding is, without its numbers: two findings of one shape are taken for one fault.
///
/// The shape has what the check saw, the call that shows it, the kind of tree, and the kinds of operations in their
/// order. Stores, insertions and fills that follow each other are one step, for a shrinker may end with either; how
/// many stores the step makes counts within a factor of two. Both findings must have been shrunk by the same shrinker.
public struct FindingShape: Hashable, Sendable {
  /// A part of a script.
  enum Step: Hashable, Sendable {
    /// So many stores of entries, one after the other, plainly or in bulk mode.
    case stores(UInt64, isBulk: Bool)
    case operation(OperationKind)
  }

  /// What the check saw: its signature, and of a crash its signal.
  let seen: String
  /// The call that shows it; `nil` at the end of the run.
  let call: OperationKind?
  /// Where it moves a cursor, if it does.
  let movesForward: Bool?
  let tracksGaps: Bool
  let usesReadCopyUpdate: Bool
  /// All operations up to the call.
  let steps: [Step]

  public init(_ finding: Finding) {
    let violation = finding.violation
    seen = violation.kind == .crashed ? "\(violation.kind.rawValue) \(violation.found)" : violation.signature
    let operations = finding.script.operations
    let last = operations.indices.contains(violation.operationIndex) ? operations[violation.operationIndex] : nil
    // A store is one, be it written as an insertion or a fill.
    call = last.map { last in Self.stores(of: last).map { $0.isBulk ? .bulkStore : .store } ?? last.kind }
    movesForward = last.flatMap { $0.kind == .cursorMove ? $0.move.isForward : nil }
    tracksGaps = finding.script.configuration.tracksGaps
    usesReadCopyUpdate = finding.script.configuration.usesReadCopyUpdate
    steps = Self.steps(of: operations.prefix(violation.operationIndex + 1))
  }

  private static func steps(of operations: some Sequence<Operation>) -> [Step] {
    var steps: [Step] = []
    for operation in operations {
      guard let (count, isBulk) = stores(of: operation) else {
        steps.append(.operation(operation.kind))
        continue
      }
      guard case .stores(let before, isBulk)? = steps.last else {
        steps.append(.stores(count, isBulk: isBulk))
        continue
      }
      steps[steps.count - 1] = .stores(before + count, isBulk: isBulk)
    }
    return steps
  }

  /// How many stores of entries an operation is; `nil` if it is something else.
  private static func stores(of operation: Operation) -> (count: UInt64, isBulk: Bool)? {
    operation.storesEntriesInBulk.map { (operation.callCount, $0) }
  }

  /// Whether two findings are taken for one fault.
  public func matches(_ other: FindingShape) -> Bool {
    seen == other.seen && call == other.call && movesForward == other.movesForward && tracksGaps == other.tracksGaps
      && usesReadCopyUpdate == other.usesReadCopyUpdate && steps.count == other.steps.count
      && zip(steps, other.steps).allSatisfy { $0.matches($1) }
  }
}

extension FindingShape.Step {
  func matches(_ other: FindingShape.Step) -> Bool {
    guard case .stores(let count, let isBulk) = self, case .stores(let others, isBulk) = other else {
      return self == other
    }
    return count <= others * 2 && others <= count * 2
  }
}
