/// How much is tried of one reader.
public struct ReaderLimits: Sendable {
  /// Interleavings that are tried in turn. If there are more, as many again are drawn at random.
  public var interleavings: UInt64 = 1_000_000
  /// Choices of a random interleaving that are not the first.
  public var switches = 4
  public var seed: UInt64 = 1

  /// Known faults that are passed by.
  public var passedBy: Set<KnownReaderFault> = []

  public init() {}
}
