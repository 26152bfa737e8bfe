/// Why an operation on a range map was refused. Whatever the reason, the map is as it was before.
public enum RangeMapError: Error, Hashable, Sendable {
  /// The range's ends are out of order, or a gap search's size is 0 or does not fit its window. Kernel: `-EINVAL`.
  case invalidRange
  /// The entry is a word that the library keeps for itself. Kernel: `-EINVAL`.
  case reservedEntry
  /// An allocation call on a tree that does not track gaps. Kernel: `-EINVAL`.
  case gapsNotTracked
  /// The range to insert into holds this entry already. Kernel: `-EEXIST`.
  case occupied(by: Entry)
  /// No gap of the size is in the window. Kernel: `-EBUSY`.
  case noSpace
  /// A node could not be allocated. Kernel: `-ENOMEM`.
  case outOfMemory
  /// A prepared store needs more nodes than were taken for it: the tree changed in between.
  case planNoLongerFits
  /// A prepared store, or a store in bulk mode, that was not prepared.
  case notPrepared
  /// A duplicate's destination holds something. Kernel: `-EINVAL`.
  case destinationNotEmpty
  /// A duplicate's destination is of another kind than its source. Kernel: `-EINVAL`.
  case kindsDiffer
  /// The tree would grow above the greatest height. Kernel: `MAPLE_HEIGHT_MAX`.
  case heightLimit
  /// The subject has no such operation.
  case unsupported

  /// The kernel's number for the error, negative; 0 where the kernel has none.
  public var kernelCode: Int32 {
    switch self {
    case .invalidRange, .reservedEntry, .gapsNotTracked, .destinationNotEmpty, .kindsDiffer: -22
    case .occupied: -17
    case .noSpace: -16
    case .outOfMemory: -12
    case .planNoLongerFits, .notPrepared, .heightLimit, .unsupported: 0
    }
  }
}

extension RangeMapError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidRange: "invalid range"
    case .reservedEntry: "reserved entry"
    case .gapsNotTracked: "gaps not tracked"
    case .occupied(let entry): "occupied by \(entry)"
    case .noSpace: "no space"
    case .outOfMemory: "out of memory"
    case .planNoLongerFits: "plan no longer fits"
    case .notPrepared: "not prepared"
    case .destinationNotEmpty: "destination not empty"
    case .kindsDiffer: "kinds differ"
    case .heightLimit: "height limit"
    case .unsupported: "unsupported"
    }
  }
}
