/// The number of a folio in its pool. A number is used again when the folio is gone.
public struct FolioIdentifier: Hashable, Sendable {
  public let number: Int
}

/// The number of a page frame. A folio's frames follow one another, from a multiple of its size.
public struct FrameNumber: Hashable, Comparable, Sendable {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  public static func < (left: FrameNumber, right: FrameNumber) -> Bool { left.number < right.number }

  /// The frame that many further on.
  public func advanced(by count: Int) -> FrameNumber { FrameNumber(number &+ UInt64(count)) }
}

/// What a folio's pages hold.
public enum FolioContents: Hashable, Sendable {
  /// Memory of a process. Kernel: `folio_test_anon()`.
  case anonymous
  /// Pages of a file, which the page cache holds a reference to.
  case file
}

/// A folio, as it is at one moment: one or more page frames that are allocated and referenced as one.
///
/// Counts of mappings start at 0 here, where the kernel's start at -1.
public struct Folio: Hashable, Sendable {
  public let identifier: FolioIdentifier
  public let contents: FolioContents
  /// The base-2 logarithm of the number of pages.
  public let order: Int
  /// The first frame.
  public let frame: FrameNumber
  /// References of all kinds. Kernel: `folio_ref_count()`.
  public var references: Int
  /// The entries that map pages of the folio, all pages together. Kernel: `folio_mapcount()`.
  public var mappings: Int
  /// Whether a page of it may be pinned, which is known for the folio as a whole. Kernel: `folio_maybe_dma_pinned()`.
  public var maybePinned: Bool

  /// The number of pages.
  public var pageCount: Int { 1 << order }

  /// Whether the frame belongs to it.
  public func contains(_ other: FrameNumber) -> Bool {
    other.number &- frame.number < UInt64(pageCount)
  }
}
