/// What a node is for. The numbers are those of the kernel's `enum maple_type`; its type 0 is never built.
package enum NodeKind: UInt8, Hashable, Sendable {
  /// Holds entries. Kernel: `maple_leaf_64`.
  case leaf = 1
  /// Holds children, in a tree that does not track gaps. Kernel: `maple_range_64`.
  case range = 2
  /// Holds children and the longest gap below each. Kernel: `maple_arange_64`.
  case gapTracking = 3

  @inline(__always)
  init(bits: UInt64) {
    switch bits & 3 {
    case 1: self = .leaf
    case 2: self = .range
    default: self = .gapTracking
    }
  }
}
