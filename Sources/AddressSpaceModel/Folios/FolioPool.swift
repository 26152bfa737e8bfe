/// All folios of a machine, and its swap slots. The address spaces that fork from one another share one pool.
///
/// Counts that go below zero do not trap: they are kept in `faults`, as findings.
public final class FolioPool {
  /// What a page frame is at one moment.
  struct Frame {
    var folio: Int
    var mappings = 0
    var exclusive = false
    var pinned = false
    /// Stands for the bytes in the page: pages with equal numbers hold equal bytes.
    var contents: UInt64
  }

  @exclusivity(unchecked) var folios: [Folio] = []
  @exclusivity(unchecked) var frames: [Frame] = []
  @exclusivity(unchecked) var swapCounts: [Int] = []
  private var freeFrames: [[UInt64]] = []
  private var freeFolios: [Int] = []
  private var lastContents: UInt64 = 0

  /// How many users of one swap slot fit without a further page to count on. Kernel: `SWAP_MAP_MAX`, 62.
  public let swapCountLimit: Int
  /// The folios that have a reference.
  public private(set) var liveFolios = 0
  /// What went wrong, in order.
  public private(set) var faults: [FolioFault] = []

  /// - Precondition: `swapCountLimit` is above 0.
  public init(swapCountLimit: Int = 62) {
    precondition(swapCountLimit > 0, "a swap slot can have a user")
    self.swapCountLimit = swapCountLimit
  }

  /// A new folio of 2 to the power of `order` pages, none of them mapped. The caller holds its one reference and gives
  /// it back with `dropReferences(_:of:)`.
  public func allocate(_ contents: FolioContents, order: Int = 0) -> FolioIdentifier {
    precondition(0...18 ~= order, "a folio has between 1 and 262,144 pages")
    let frame = takeFrames(order: order)
    let identifier = FolioIdentifier(number: freeFolios.popLast() ?? folios.count)
    let folio = Folio(
      identifier: identifier, contents: contents, order: order, frame: FrameNumber(frame), references: 1, mappings: 0,
      maybePinned: false)
    if identifier.number == folios.count { folios.append(folio) } else { folios[identifier.number] = folio }
    for index in Int(frame)..<Int(frame) + folio.pageCount {
      lastContents += 1
      frames[index] = Frame(folio: identifier.number, contents: lastContents)
    }
    liveFolios += 1
    return identifier
  }

  /// The folio as it is now.
  public subscript(identifier: FolioIdentifier) -> Folio { folios[identifier.number] }

  /// The folio that a frame belongs to.
  public func folio(at frame: FrameNumber) -> FolioIdentifier {
    FolioIdentifier(number: frames[Int(frame.number)].folio)
  }

  /// Adds references. Kernel: `folio_ref_add()`.
  public func addReferences(_ count: Int, to folio: FolioIdentifier) { folios[folio.number].references += count }

  /// Drops references; the folio is freed with the last one. Kernel: `folio_ref_sub()`, `folio_put()`.
  public func dropReferences(_ count: Int, of folio: FolioIdentifier) {
    folios[folio.number].references -= count
    let left = folios[folio.number]
    guard left.references <= 0 else { return }
    if left.references < 0 {
      folios[folio.number].references = 0
      faults.append(FolioFault(reason: .moreReferencesDroppedThanHeld, folio: folio))
      return
    }
    if left.mappings != 0 { faults.append(FolioFault(reason: .freedWhileMapped, folio: folio)) }
    for index in Int(left.frame.number)..<Int(left.frame.number) + left.pageCount { frames[index].folio = -1 }
    freeFolios.append(folio.number)
    freeFrames[left.order].append(left.frame.number)
    liveFolios -= 1
  }

  /// What stands for the bytes in the page: equal numbers, equal bytes.
  public func contents(of frame: FrameNumber) -> UInt64 { frames[Int(frame.number)].contents }

  /// A write to the page: its bytes are like no other's from now on.
  public func write(to frame: FrameNumber) {
    lastContents += 1
    frames[Int(frame.number)].contents = lastContents
  }

  /// Copies the bytes of a page. Kernel: `copy_mc_user_highpage()`.
  func copyContents(from source: FrameNumber, to destination: FrameNumber) {
    frames[Int(destination.number)].contents = frames[Int(source.number)].contents
  }

  /// Whether the folio has a reference.
  public func isLive(_ folio: FolioIdentifier) -> Bool {
    0..<folios.count ~= folio.number && folios[folio.number].references > 0
  }

  /// The folios that have a reference, by rising number.
  public func liveFolioList() -> [Folio] { folios.filter { $0.references > 0 } }

  func report(_ fault: FolioFault) { faults.append(fault) }

  private func takeFrames(order: Int) -> UInt64 {
    while freeFrames.count <= order { freeFrames.append([]) }
    if let frame = freeFrames[order].popLast() { return frame }
    let count = 1 << order
    let first = (frames.count + count - 1) & ~(count - 1)
    // The frames skipped to reach a multiple of the size are never used.
    frames += Array(repeating: Frame(folio: -1, contents: 0), count: first + count - frames.count)
    return UInt64(first)
  }
}

/// A count of a folio that went wrong.
public struct FolioFault: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// More references were dropped than there were.
    case moreReferencesDroppedThanHeld
    /// The last reference went while entries still mapped the folio.
    case freedWhileMapped
    /// More mappings of a page were removed than there were.
    case moreMappingsRemovedThanHeld
    /// More users of a swap slot left than there were.
    case swapUsedLessThanReleased
  }

  public let reason: Reason
  /// The folio; nil when a swap slot is meant.
  public let folio: FolioIdentifier?
}

extension FolioFault: CustomStringConvertible {
  public var description: String {
    let name = folio.map { "folio \($0.number)" } ?? "a swap slot"
    return switch reason {
    case .moreReferencesDroppedThanHeld: "\(name): more references dropped than held"
    case .freedWhileMapped: "\(name): freed while mapped"
    case .moreMappingsRemovedThanHeld: "\(name): more mappings removed than held"
    case .swapUsedLessThanReleased: "\(name): released more often than used"
    }
  }
}
