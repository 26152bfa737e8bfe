import RangeMapCore

/// The ways to copy the tree of an address space that are compared.
public enum CopyWay: String, CaseIterable, Hashable, Sendable, Encodable {
  /// The entries are stored one by one in bulk mode. Kernel: `dup_mmap()` up to 6.7.
  case oneByOne = "one by one"
  /// The nodes are duplicated, then the entries are replaced in place. Kernel: `dup_mmap()` since 6.8.
  case duplicate = "by duplicating"
}

/// What one copy cost.
public struct CopyCost: Hashable, Sendable, Encodable {
  /// Nanoseconds of the processor's time.
  public var nanoseconds: Double
  /// How often the copying went from one node to another, of both trees; 0 where the subject does not count.
  public var nodeVisits: UInt64
  /// The levels of the copy's tree at each store that walked, summed; 0 where the subject does not count.
  public var levelsOfStores: UInt64
  /// Nodes that memory was taken for, those in reserve that were given back unused among them; 0 where the subject does
  /// not count.
  public var nodesAllocated: UInt64
  /// Nodes of the finished copy.
  public var nodesInCopy: UInt64
}

/// Why a copy could not be measured.
public enum CopyFault: Error, Hashable, Sendable, CustomStringConvertible {
  case refused(way: CopyWay, size: Int, reason: String)
  /// The copy does not hold what it should.
  case differs(way: CopyWay, size: Int, detail: String)
  /// No run was asked for.
  case nothingMeasured

  public var description: String {
    switch self {
    case .refused(let way, let size, let reason): "\(way.rawValue), \(size) vmas: refused: \(reason)"
    case .differs(let way, let size, let detail): "\(way.rawValue), \(size) vmas: the copy is wrong: \(detail)"
    case .nothingMeasured: "no copy was measured: at least one size and one round are needed"
    }
  }
}

/// Something that can be copied again and again, in either way.
public protocol CopyTrial: ~Copyable {
  /// The vmas that are copied.
  var size: Int { get }
  /// Nodes of the tree that is copied.
  var nodesInParent: UInt64 { get }
  /// Makes a copy, and throws it away again: the making alone is measured.
  /// - Parameter checks: Whether all of the copy is looked at, after the time was taken.
  mutating func run(_ way: CopyWay, checks: Bool) throws(CopyFault) -> CopyCost
}

/// What all trials copy: `size` mappings of one page each with a page between each two, as no two of them can be
/// joined.
public enum CopyLayout {
  /// The sizes of the published tables.
  public static let sizes = [21, 121, 221, 421, 821, 1_621, 3_221, 6_421, 12_821, 25_621, 51_221]

  /// The addresses of a mapping in bytes.
  public static func range(_ place: Int) -> KeyRange {
    let first = (0x400 + 2 * UInt64(place)) << 12
    return KeyRange(first, first | 0xfff)
  }
}
