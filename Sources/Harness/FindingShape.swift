import Operations
import RangeMapCore

/// What a shrunk finding is, without its numbers: two findings of one shape are taken for one fault.
///
/// The shape has what the check saw, the call that shows it, the kind of tree, and the kinds of operations in their
/// order. Stores, insertions and fills that follow each other are one step, for a shrinker may end with either; how
/// many stores the step makes counts within a factor of two. Both findings must have been shrunk by the same shrinker.
public struct FindingShape: Hashable, Sendable {
  /// A part of a script.
  public enum Step: Hashable, Sendable {
    /// So many stores of entries, one after the other, plainly or in bulk mode.
    case stores(UInt64, isBulk: Bool)
    case operation(String)
  }

  /// What the check saw: its signature, and of a crash its signal.
  let seen: String
  /// What must be the same beside that: the call that shows it, and the kind of tree.
  let traits: [String]
  /// All operations up to the call.
  let steps: [Step]

  /// The shape of a finding of any world.
  public init(_ violation: Violation, traits: [String], steps: [Step]) {
    seen = violation.kind == .crashed ? "\(violation.kind.rawValue) \(violation.found)" : violation.signature
    self.traits = traits
    self.steps = steps
  }

  public init(_ finding: Finding<Script>) {
    let violation = finding.violation
    let operations = finding.script.operations
    let last = operations.indices.contains(violation.operationIndex) ? operations[violation.operationIndex] : nil
    // A store is one, be it written as an insertion or a fill.
    let call = last.map { last in Self.stores(of: last).map { $0.isBulk ? .bulkStore : .store } ?? last.kind }
    let kind = finding.script.configuration
    var traits = [call.map { "\($0)" } ?? "end", "gaps \(kind.tracksGaps)", "rcu \(kind.usesReadCopyUpdate)"]
    if let last, last.kind == .cursorMove { traits.append("forward \(last.move.isForward)") }
    self.init(violation, traits: traits, steps: Self.steps(of: operations.prefix(violation.operationIndex + 1)))
  }

  private static func steps(of operations: some Sequence<Operation>) -> [Step] {
    var steps: [Step] = []
    for operation in operations {
      guard let (count, isBulk) = stores(of: operation) else {
        steps.append(.operation(operation.kind.name))
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
    seen == other.seen && traits == other.traits && steps.count == other.steps.count
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
