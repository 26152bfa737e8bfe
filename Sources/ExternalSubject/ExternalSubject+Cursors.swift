import CSubjectABI
import RangeMapCore

extension ExternalSubject {
  public func cursorState(_ cursor: Int) -> CursorState {
    guard let read = table.pointee.cursor_state else { return CursorState(range: .single(0), status: .start) }
    var state = maplecheck_cursor()
    read(map, UInt32(cursor), &state)
    let status: CursorStatus =
      switch state.status {
      case MAPLECHECK_START.rawValue: .start
      case MAPLECHECK_ACTIVE.rawValue: .active
      case MAPLECHECK_ROOT.rawValue: .root
      case MAPLECHECK_PAUSE.rawValue: .pause
      case MAPLECHECK_OVERFLOW.rawValue: .overflow
      case MAPLECHECK_UNDERFLOW.rawValue: .underflow
      default: .none
      }
    return CursorState(range: KeyRange(state.first, state.last), status: status)
  }

  public mutating func cursorSet(_ cursor: Int, to range: KeyRange) {
    table.pointee.cursor_set?(map, UInt32(cursor), range.first, range.last)
    walkedCursors &= ~(1 << UInt8(cursor))
  }

  public mutating func cursorMove(_ cursor: Int, _ move: CursorMove, limit: UInt64) -> Entry? {
    walkedCursors |= 1 << UInt8(cursor)
    return Entry(word: table.pointee.cursor_move?(map, UInt32(cursor), Self.move(move), limit) ?? 0)
  }

  @inline(__always)
  private static func move(_ move: CursorMove) -> UInt32 {
    switch move {
    case .walk: MAPLECHECK_WALK.rawValue
    case .find: MAPLECHECK_FIND.rawValue
    case .findRange: MAPLECHECK_FIND_RANGE.rawValue
    case .next: MAPLECHECK_NEXT.rawValue
    case .nextRange: MAPLECHECK_NEXT_RANGE.rawValue
    case .previous: MAPLECHECK_PREVIOUS.rawValue
    case .previousRange: MAPLECHECK_PREVIOUS_RANGE.rawValue
    case .findReverse: MAPLECHECK_FIND_REVERSE.rawValue
    case .findRangeReverse: MAPLECHECK_FIND_RANGE_REVERSE.rawValue
    }
  }

  public mutating func cursorPause(_ cursor: Int) {
    table.pointee.cursor_pause?(map, UInt32(cursor))
    walkedCursors |= 1 << UInt8(cursor)
  }

  public mutating func cursorReset(_ cursor: Int) {
    table.pointee.cursor_reset?(map, UInt32(cursor))
    walkedCursors &= ~(1 << UInt8(cursor))
  }

  public mutating func cursorStore(
    _ cursor: Int, _ entry: Entry?, policy: AllocationPolicy
  ) throws(RangeMapError) -> Entry? {
    guard let store = table.pointee.cursor_store else { throw .unsupported }
    var former: UInt64 = 0
    try check("cursor_store", store(map, UInt32(cursor), entry?.word ?? 0, Self.policy(policy), &former))
    wrote(by: cursor)
    return Entry(word: former)
  }

  public mutating func cursorErase(_ cursor: Int, policy: AllocationPolicy) throws(RangeMapError) -> Entry? {
    guard let erase = table.pointee.cursor_erase else { throw .unsupported }
    var former: UInt64 = 0
    try check("cursor_erase", erase(map, UInt32(cursor), Self.policy(policy), &former))
    if former != 0 {
      wrote(by: cursor)
    } else {
      walkedCursors |= 1 << UInt8(cursor)
      cursorSinceInterloper = cursor
    }
    return Entry(word: former)
  }

  private mutating func wrote(by cursor: Int) {
    pauseCursors(but: cursor)
    walkedCursors |= 1 << UInt8(cursor)
    cursorSinceInterloper = cursor
  }
}
