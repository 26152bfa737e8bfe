/// A step could not get the memory it needs. What was done before it stays done. Kernel: `-ENOMEM`.
public struct OutOfMemory: Error, Hashable, Sendable {
  /// The step that failed.
  public let kind: FailureKind

  public init(_ kind: FailureKind) { self.kind = kind }
}

extension OutOfMemory: CustomStringConvertible {
  public var description: String { "out of memory: \(kind)" }
}
