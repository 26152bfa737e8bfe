import CSubjectABI
import RangeMapCore

/// A map in a shared library, as the harness sees it.
///
/// What a library lacks throws `unsupported`; a call that cannot throw does nothing and finds nothing then, and is
/// one to leave out (`SubjectLibrary.features`). After a fault inside the library the map answers no call any more, and
/// `brokenLaws()` says what the library reported.
public struct ExternalSubject: ~Copyable, RangeMap {
  let library: SubjectLibrary
  let table: UnsafePointer<maplecheck_subject>
  let map: OpaquePointer
  public internal(set) var configuration: MapConfiguration
  /// The cursors that may be in another status than `.start`, a bit for each.
  var walkedCursors: UInt8 = 0
  /// The cursor whose own write came after an interloper's, so that its position is newer.
  var cursorSinceInterloper: Int?

  /// Makes an empty map.
  /// - Returns: `nil` where the library cannot make one of this kind.
  public init?(library: SubjectLibrary, configuration: MapConfiguration) {
    var flags: UInt32 = 0
    if configuration.tracksGaps { flags |= MAPLECHECK_TRACKS_GAPS.rawValue }
    if configuration.usesReadCopyUpdate { flags |= MAPLECHECK_READ_COPY_UPDATE.rawValue }
    if configuration.hasExternalLock { flags |= MAPLECHECK_EXTERNAL_LOCK.rawValue }
    guard let create = library.table.pointee.create, let map = create(flags) else { return nil }
    self.library = library
    table = library.table
    self.map = map
    self.configuration = configuration
  }

  deinit { table.pointee.destroy?(map) }

  // MARK: What calls have in common

  @inline(__always)
  static func policy(_ policy: AllocationPolicy) -> UInt32 {
    switch policy {
    case .maySleep: MAPLECHECK_MAY_SLEEP.rawValue
    case .mustNotSleep: MAPLECHECK_MUST_NOT_SLEEP.rawValue
    case .atomic: MAPLECHECK_ATOMIC.rawValue
    }
  }

  /// Throws what a status stands for.
  /// - Parameter call: the function's name in the table.
  @inline(__always)
  func check(
    _ call: StaticString, _ status: maplecheck_status, occupant: UInt64 = 0
  ) throws(RangeMapError) {
    if status == MAPLECHECK_OK { return }
    throw error(call, status, occupant: occupant)
  }

  /// What a status stands for. One that stands for nothing is a fault of the library: as "the library has it not" the
  /// call would be passed over, and what is wrong with it.
  private func error(_ call: StaticString, _ status: maplecheck_status, occupant: UInt64) -> RangeMapError {
    switch status {
    case MAPLECHECK_INVALID_RANGE: return .invalidRange
    case MAPLECHECK_RESERVED_ENTRY: return .reservedEntry
    case MAPLECHECK_GAPS_NOT_TRACKED: return .gapsNotTracked
    case MAPLECHECK_OCCUPIED:
      if let entry = Entry(word: occupant) { return .occupied(by: entry) }
      library.report(Self.occupiedByNothing(call))
    case MAPLECHECK_NO_SPACE: return .noSpace
    case MAPLECHECK_OUT_OF_MEMORY: return .outOfMemory
    case MAPLECHECK_PLAN_NO_LONGER_FITS: return .planNoLongerFits
    case MAPLECHECK_NOT_PREPARED: return .notPrepared
    case MAPLECHECK_DESTINATION_NOT_EMPTY: return .destinationNotEmpty
    case MAPLECHECK_KINDS_DIFFER: return .kindsDiffer
    case MAPLECHECK_HEIGHT_LIMIT: return .heightLimit
    case MAPLECHECK_UNSUPPORTED: return .unsupported
    case MAPLECHECK_VIOLATION:
      if !library.hasViolations { library.report("\(call)() ended with a violation that was not told") }
    default: library.report("\(call)() returned \(status.rawValue), which stands for nothing")
    }
    return .unsupported
  }

  /// What is wrong with a call that says "occupied" and names no entry, and what it may return.
  private static func occupiedByNothing(_ call: StaticString) -> String {
    let name = "\(call)"
    if name == "insert" {
      return "insert() returned MAPLECHECK_OCCUPIED and no occupant: it must name the first entry of the range"
    }
    let allowed =
      name.hasPrefix("allocate") || name.hasSuffix("gap")
      ? "; where nothing fits it is MAPLECHECK_NO_SPACE (-EBUSY)" : ""
    return "\(name)() returned MAPLECHECK_OCCUPIED (-EEXIST), which only insert() may return\(allowed)"
  }

  /// After a write that succeeded, each other cursor that was walked goes on as after a pause.
  @inline(__always)
  mutating func pauseCursors(but spared: Int = -1) {
    if walkedCursors != 0 { pauseWalkedCursors(but: spared) }
  }

  private func pauseWalkedCursors(but spared: Int) {
    for cursor in 0..<Self.cursorCount where cursor != spared && walkedCursors >> UInt8(cursor) & 1 != 0 {
      if cursorState(cursor).status != .start { table.pointee.cursor_pause?(map, UInt32(cursor)) }
    }
  }

  // MARK: Plain reads

  public func load(_ index: UInt64) -> Entry? { Entry(word: table.pointee.load?(map, index) ?? 0) }

  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    var slot = maplecheck_slot(first: 0, last: .max, entry: 0)
    table.pointee.slot_at?(map, index, &slot)
    return (KeyRange(slot.first, slot.last), Entry(word: slot.entry))
  }

  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    Entry(word: table.pointee.find?(map, &index, limit) ?? 0)
  }

  public func findAfter(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    Entry(word: table.pointee.find_after?(map, &index, limit) ?? 0)
  }

  public func next(after index: UInt64, through limit: UInt64) -> Entry? {
    Entry(word: table.pointee.next?(map, index, limit) ?? 0)
  }

  public func previous(before index: UInt64, downTo limit: UInt64) -> Entry? {
    Entry(word: table.pointee.previous?(map, index, limit) ?? 0)
  }

  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    guard let search = table.pointee.lowest_gap else { throw .unsupported }
    var start: UInt64 = 0
    try check("lowest_gap", search(map, size, window.first, window.last, &start))
    return start
  }

  public func highestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    guard let search = table.pointee.highest_gap else { throw .unsupported }
    var start: UInt64 = 0
    try check("highest_gap", search(map, size, window.first, window.last, &start))
    return start
  }
}
