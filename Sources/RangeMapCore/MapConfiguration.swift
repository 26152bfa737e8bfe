/// How many slots the nodes of a tree have.
public enum GeometryName: UInt8, CaseIterable, Hashable, Sendable {
  /// The kernel's nodes on a 64-bit machine: 256 bytes, 16 slots, 10 in an internal node that tracks gaps.
  case linux64
  /// A few slots a node, so that a dozen entries make a tall tree.
  case tiny
}

/// What is fixed of a range map when it is made, but for the reader mode, which may change later.
public struct MapConfiguration: Hashable, Sendable {
  /// Whether internal nodes record the longest gap below each child. Kernel: `MT_FLAGS_ALLOC_RANGE`.
  public var tracksGaps: Bool
  /// Whether nodes that readers may be in are replaced instead of changed. Kernel: `MT_FLAGS_USE_RCU`.
  public var usesReadCopyUpdate: Bool
  /// Whether the caller's lock protects the tree instead of the tree's own. Kernel: `MT_FLAGS_LOCK_EXTERN`.
  public var hasExternalLock: Bool
  /// The sizes of nodes.
  public var geometry: GeometryName

  public init(
    tracksGaps: Bool = false,
    usesReadCopyUpdate: Bool = false,
    hasExternalLock: Bool = false,
    geometry: GeometryName = .linux64
  ) {
    self.tracksGaps = tracksGaps
    self.usesReadCopyUpdate = usesReadCopyUpdate
    self.hasExternalLock = hasExternalLock
    self.geometry = geometry
  }
}
