/// The steps of a run by name, in their order. A run has one thread, and one log.
public final class StepLog {
  public private(set) var kinds: [FailureKind] = []

  public init() {}

  func append(_ kind: FailureKind) { kinds.append(kind) }
}
