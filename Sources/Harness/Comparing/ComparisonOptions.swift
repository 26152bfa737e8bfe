import Operations

/// What is compared of two maps, and how often.
public struct ComparisonOptions: Sendable {
  /// Kinds of operations that one of the two has not: they are counted, and made on neither.
  public var skippedKinds: Set<OperationKind> = []
  /// Whether both show their nodes.
  public var comparesShapes = true
  /// Whether both count their nodes.
  public var comparesCounts = true
  /// Whether both have one algorithm, so that nodes must be the same. Then what our tree does not promise is left out,
  /// and the first difference ends a run.
  public var isLockstep = false
  /// Whether content and cursors are compared after every call; else on a schedule.
  public var isThorough = false
  /// Whether all nodes are compared after every write, unless the tree is large; else on a schedule.
  public var walksOften = false
  /// Where the run notes how far it is; `nil` where nobody looks.
  public var watch: RunWatch?

  public init() {}

  /// Every comparison after every call, for scripts.
  public var thorough: ComparisonOptions {
    var options = self
    options.isThorough = true
    options.walksOften = true
    return options
  }

  /// Calls between two comparisons of the whole content, and of all cursors.
  var contentInterval: UInt64 { isThorough ? 1 : 512 }
  var cursorInterval: UInt64 { isThorough ? 1 : 8 }
}
