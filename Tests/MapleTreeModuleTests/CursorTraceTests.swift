import RangeMapCore
import Testing

@testable import MapleTreeModule

/// One call on a cursor, with what it returns and where it leaves the cursor.
struct CursorCall: Sendable {
  enum Call: Sendable {
    case set(KeyRange)
    case pause
    case reset
    case move(CursorMove, UInt64)
  }
  var call: Call
  var entry: UInt64?
  var range: KeyRange?
  var status: CursorStatus

  static func set(_ index: UInt64) -> CursorCall { CursorCall(call: .set(.single(index)), status: .start) }
  static var pause: CursorCall { CursorCall(call: .pause, status: .pause) }
  static var reset: CursorCall { CursorCall(call: .reset, status: .start) }

  static func move(
    _ move: CursorMove, _ limit: UInt64, _ entry: UInt64?, _ range: ClosedRange<UInt64>, _ status: CursorStatus
  ) -> CursorCall {
    CursorCall(call: .move(move, limit), entry: entry, range: KeyRange(range), status: status)
  }
}

@Suite("Cursors follow the reference traces")
struct CursorTraceTests {
  /// Runs the calls, and compares each with what it should do.
  private func run(_ tree: borrowing MapleTree, _ calls: [CursorCall]) {
    var cursor = Cursor(tree)
    for (number, step) in calls.enumerated() {
      var entry: Entry?
      switch step.call {
      case .set(let range): cursor.set(to: range)
      case .pause: cursor.pause()
      case .reset: cursor.reset()
      case .move(let move, let limit): entry = cursor.move(move, limit: limit)
      }
      #expect(entry == step.entry.map { .value($0) }, "call \(number): \(step.call)")
      if let range = step.range { #expect(cursor.range == range, "call \(number): \(step.call)") }
      #expect(cursor.status == step.status, "call \(number): \(step.call)")
    }
  }

  /// Value 1 over 16...31, 2 over 48...63, 3 over 64...79.
  private func threeRanges(_ configuration: MapConfiguration = .plain) throws -> MapleTree {
    let tree = MapleTree(configuration: configuration)
    try tree.store(.value(1), over: KeyRange(16, 31))
    try tree.store(.value(2), over: KeyRange(48, 63))
    try tree.store(.value(3), over: KeyRange(64, 79))
    return tree
  }

  private let top = UInt64.max

  @Test("forward to the limits and back", arguments: MapConfiguration.everyMode)
  func thereAndBack(_ configuration: MapConfiguration) throws {
    let tree = try threeRanges(configuration)
    run(
      tree,
      [
        .set(0),
        .move(.find, top, 1, 16...31, .active),
        .move(.find, 47, nil, 32...47, .active),
        .move(.find, 48, 2, 48...63, .active),
        .move(.next, 63, nil, 48...63, .overflow),
        .move(.next, top, 3, 64...79, .active),
        .move(.next, top, nil, 80...top, .overflow),
        .move(.next, top, nil, 80...top, .overflow),
        .move(.previous, 0, 3, 64...79, .active),
        .move(.previous, 0, 2, 48...63, .active),
        .move(.previous, 0, 1, 16...31, .active),
        .move(.previous, 0, nil, 0...15, .underflow),
        .move(.next, top, 1, 16...31, .active),
      ])
  }

  @Test("from a hole and from inside a range", arguments: MapConfiguration.everyMode)
  func fromWithin(_ configuration: MapConfiguration) throws {
    let tree = try threeRanges(configuration)
    run(
      tree,
      [
        .set(0x28), .move(.next, top, 2, 48...63, .active),
        .set(0x28), .move(.previous, 0, 1, 16...31, .active),
        .set(0x15), .move(.next, top, 2, 48...63, .active),
        .set(0x15), .move(.previous, 0, nil, 0...15, .underflow),
        .set(0x28),
        .move(.walk, 0, nil, 32...47, .active),
        .move(.nextRange, top, 2, 48...63, .active),
        .move(.previousRange, 0, nil, 32...47, .active),
        .set(0x28),
        .move(.findReverse, 0, 1, 16...31, .active),
        .move(.findReverse, 0, nil, 0...15, .underflow),
        .set(0x45),
        .move(.findReverse, 0x42, 3, 64...79, .active),
        .move(.findReverse, 0x42, nil, 64...79, .active),
      ])
  }

  @Test("over a pause")
  func overPause() throws {
    let tree = try threeRanges()
    run(
      tree,
      [
        .set(0),
        .move(.find, 0x20, 1, 16...31, .active), .pause,
        .move(.find, top, 2, 48...63, .active), .pause,
        .move(.findReverse, 0, 1, 16...31, .active), .reset,
        .move(.find, top, 1, 16...31, .active),
      ])
  }

  @Test("stateless finds go behind what they found, and stop after the last index")
  func statelessFind() throws {
    let tree = try threeRanges()
    var index: UInt64 = 0x18
    #expect(tree.find(&index) == .value(1))
    #expect(index == 0x20)
    #expect(tree.find(&index, through: 0x2f) == nil)
    #expect(index == 0x20)
    try tree.store(.value(9), over: KeyRange(0x70, .max))
    index = 0x60
    #expect(tree.find(&index) == .value(9))
    #expect(index == 0)
    #expect(tree.findAfter(&index) == nil)
    #expect(tree.next(after: 0x18) == .value(2))
    #expect(tree.next(after: 0x18, through: 0x2f) == nil)
    #expect(tree.previous(before: 0x48) == .value(2))
    #expect(tree.previous(before: 0x18) == nil)
  }

  @Test("in a tree that is one entry in the root pointer")
  func rootEntry() throws {
    let tree = MapleTree()
    try tree.store(.value(5), over: .single(0))
    #expect(tree.height == 0)
    run(
      tree,
      [
        .set(0),
        .move(.walk, 0, 5, 0...0, .root),
        .move(.next, top, nil, 1...top, .none),
        .move(.previous, 0, 5, 0...0, .root),
        .set(7),
        .move(.walk, 0, nil, 1...top, .none),
        .move(.previous, 0, 5, 0...0, .root),
        .set(0),
        .move(.find, top, 5, 0...0, .root),
        .move(.find, top, nil, 1...top, .none),
        .set(9),
        .move(.findReverse, 0, 5, 0...0, .root),
      ])
  }

  @Test("in an empty tree")
  func empty() {
    let tree = MapleTree()
    for move in CursorMove.allCases where move != .findReverse && move != .findRangeReverse {
      run(tree, [.set(9), .move(move, move.isForward ? top : 0, nil, 0...top, .none)])
    }
    // A search back ends at index 0, where an entry could be in the root pointer.
    for move in [CursorMove.findReverse, .findRangeReverse] { run(tree, [.set(9), .move(move, 0, nil, 0...0, .root)]) }
  }

  @Test("a position that another write made stale goes on behind its range")
  func staleByAnotherWrite() throws {
    let tree = try threeRanges()
    var cursor = Cursor(tree)
    #expect(cursor.find() == .value(1))
    try tree.store(.value(7), over: KeyRange(40, 41))
    #expect(cursor.next() == .value(7))
    try tree.store(nil, over: .all)
    #expect(cursor.next() == nil)
  }

  @Test("an iteration sees all ranges of tall trees, both ways", arguments: MapConfiguration.everyMode)
  func wholeIteration(_ configuration: MapConfiguration) throws {
    let count: UInt64 = 300
    let tree = try makeTree(configuration, gappedRanges(count))
    #expect(tree.height >= 3)
    var cursor = Cursor(tree)
    for index in 0..<count {
      if cursor.find() != .value(index) || cursor.range != KeyRange(10 * index, 10 * index + 5) {
        Issue.record("forward, range \(index): \(cursor.range)")
        return
      }
    }
    #expect(cursor.find() == nil)
    cursor.set(to: .single(.max))
    for index in (0..<count).reversed() {
      if cursor.previous() != .value(index) || cursor.range != KeyRange(10 * index, 10 * index + 5) {
        Issue.record("backward, range \(index): \(cursor.range)")
        return
      }
    }
    var seen: [UInt64] = []
    tree.forEach { range, _ in seen.append(range.first) }
    #expect(seen == (0..<count).map { 10 * $0 })
  }

  @Test("a store returns what its first index held, and leaves the cursor on what became one with it")
  func cursorStores() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    var cursor = Cursor(tree, at: KeyRange(51, 72))
    try tree.withLock { () throws(RangeMapError) in
      #expect(try cursor.store(.value(900)) == .value(5))
      #expect(cursor.range == KeyRange(51, 72))
      #expect(cursor.status == .active)
      cursor.set(to: KeyRange(83, 93))
      #expect(try cursor.store(nil) == .value(8))
      #expect(cursor.range == KeyRange(83, 93))
      cursor.set(to: KeyRange(104, 110))
      #expect(try cursor.store(nil) == .value(10))
      #expect(cursor.range == KeyRange(104, 110))
      cursor.set(to: KeyRange(120, 125))
      #expect(try cursor.store(nil) == .value(12))
      #expect(cursor.range == KeyRange(116, 129))
    }
    #expect(tree.brokenLaws() == [])
  }

  @Test("an erase takes the whole range of its index, and leaves the cursor on the NULL that it became part of")
  func cursorErases() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    var cursor = Cursor(tree, at: .single(23))
    try tree.withLock { () throws(RangeMapError) in
      #expect(try cursor.erase() == .value(2))
      #expect(cursor.range == KeyRange(16, 29))
      #expect(cursor.status == .active)
      cursor.set(to: .single(38))
      #expect(try cursor.erase() == nil)
      #expect(cursor.range == KeyRange(36, 39))
    }
  }
}
