import RangeMapCore
import SortedArrayOracle
import Testing

private let v1 = Entry.value(1)
private let v2 = Entry.value(2)
private let v3 = Entry.value(3)
private let v5 = Entry.value(5)

/// One call on cursor 0, and what must be seen after it.
private struct Step: CustomStringConvertible {
  enum Call {
    case set(UInt64)
    case move(CursorMove, UInt64)
    case pause
  }
  var call: Call
  var entry: Entry?
  var range: KeyRange
  var status: CursorStatus

  var description: String { "\(call) -> \(entry?.description ?? "-") \(range) \(status)" }

  static func set(_ index: UInt64) -> Step {
    Step(call: .set(index), entry: nil, range: .single(index), status: .start)
  }

  static func pause(_ range: ClosedRange<UInt64>) -> Step {
    Step(call: .pause, entry: nil, range: KeyRange(range), status: .pause)
  }

  static func move(
    _ move: CursorMove, _ limit: UInt64, _ entry: Entry?, _ range: ClosedRange<UInt64>, _ status: CursorStatus
  ) -> Step {
    Step(call: .move(move, limit), entry: entry, range: KeyRange(range), status: status)
  }
}

private func expect(_ steps: [Step], on map: SortedArrayOracle) {
  var map = map
  for step in steps {
    var entry: Entry?
    switch step.call {
    case .set(let index): map.cursorSet(0, to: .single(index))
    case .move(let move, let limit): entry = map.cursorMove(0, move, limit: limit)
    case .pause: map.cursorPause(0)
    }
    #expect(entry == step.entry, "\(step)")
    #expect(map.cursorState(0) == CursorState(range: step.range, status: step.status), "\(step)")
  }
}

/// What the kernel's own code was seen to do, call by call.
@Suite struct OracleTraceTests {
  private func threeRanges() throws -> SortedArrayOracle {
    var map = SortedArrayOracle()
    try map.store(v1, over: KeyRange(16, 31), policy: .maySleep)
    try map.store(v2, over: KeyRange(48, 63), policy: .maySleep)
    try map.store(v3, over: KeyRange(64, 79), policy: .maySleep)
    return map
  }

  private func directRoot() throws -> SortedArrayOracle {
    var map = SortedArrayOracle()
    try map.store(v5, over: .single(0), policy: .maySleep)
    return map
  }

  @Test func findThenNextThenPrevious() throws {
    expect(
      [
        .set(0),
        .move(.find, .max, v1, 16...31, .active),
        .move(.find, 47, nil, 32...47, .active),
        .move(.find, 48, v2, 48...63, .active),
        .move(.next, 63, nil, 48...63, .overflow),
        .move(.next, .max, v3, 64...79, .active),
        .move(.next, .max, nil, 80 ... .max, .overflow),
        .move(.next, .max, nil, 80 ... .max, .overflow),
        .move(.previous, 0, v3, 64...79, .active),
        .move(.previous, 0, v2, 48...63, .active),
        .move(.previous, 0, v1, 16...31, .active),
        .move(.previous, 0, nil, 0...15, .underflow),
        .move(.next, .max, v1, 16...31, .active),
      ], on: try threeRanges())
  }

  @Test func firstStepsFromInsideAndOutside() throws {
    expect(
      [
        .set(0x28), .move(.next, .max, v2, 48...63, .active),
        .set(0x28), .move(.previous, 0, v1, 16...31, .active),
        .set(0x15), .move(.next, .max, v2, 48...63, .active),
        .set(0x15), .move(.previous, 0, nil, 0...15, .underflow),
        .set(0x28), .move(.walk, 0, nil, 32...47, .active),
        .move(.nextRange, .max, v2, 48...63, .active),
        .move(.previousRange, 0, nil, 32...47, .active),
        .set(0x28), .move(.findReverse, 0, v1, 16...31, .active),
        .move(.findReverse, 0, nil, 0...15, .underflow),
        .set(0x45), .move(.findReverse, 0x42, v3, 64...79, .active),
        .move(.findReverse, 0x42, nil, 64...79, .active),
      ], on: try threeRanges())
  }

  @Test func pausedFind() throws {
    expect(
      [
        .set(0), .move(.find, 0x20, v1, 16...31, .active), .pause(16...31),
        .move(.find, .max, v2, 48...63, .active), .pause(48...63),
        .move(.findReverse, 0, v1, 16...31, .active),
      ], on: try threeRanges())
  }

  @Test func slotBySlot() throws {
    expect(
      [
        .set(0),
        .move(.findRange, .max, v1, 16...31, .active),
        .move(.findRange, .max, nil, 32...47, .active),
        .move(.findRange, .max, v2, 48...63, .active),
        .move(.findRange, 63, nil, 48...63, .active),
        .move(.findRangeReverse, 0, nil, 32...47, .active),
        .move(.findRangeReverse, 32, nil, 32...47, .underflow),
        .move(.findRangeReverse, 0, v1, 16...31, .active),
      ], on: try threeRanges())
  }

  @Test func entryInTheRootPointer() throws {
    expect(
      [
        .set(0), .move(.walk, 0, v5, 0...0, .root),
        .move(.next, .max, nil, 1 ... .max, .none),
        .move(.previous, 0, v5, 0...0, .root),
        .set(7), .move(.walk, 0, nil, 1 ... .max, .none),
        .move(.previous, 0, v5, 0...0, .root),
        .set(0), .move(.find, .max, v5, 0...0, .root),
        .move(.find, .max, nil, 1 ... .max, .none),
        .set(9), .move(.findReverse, 0, v5, 0...0, .root),
        .move(.findReverse, 0, nil, 0...0, .none),
      ], on: try directRoot())
  }

  /// A reverse find that went past index 0 leaves the cursor in front of it: the next slot is index 0, though without
  /// its entry.
  @Test func nextAfterAReverseFindPassedTheEntryInTheRootPointer() throws {
    expect(
      [
        .set(0), .move(.walk, 0, v5, 0...0, .root),
        .move(.findReverse, 0, nil, 0...0, .none),
        .move(.next, .max, nil, 0...0, .root),
        .move(.next, .max, nil, 1 ... .max, .none),
      ], on: try directRoot())
  }

  @Test func emptyMap() {
    expect(
      [
        .set(7), .move(.walk, 0, nil, 0 ... .max, .none),
        .set(7), .move(.find, .max, nil, 0 ... .max, .none), .move(.find, .max, nil, 0 ... .max, .none),
        .set(7), .move(.next, .max, nil, 0 ... .max, .none), .move(.next, .max, nil, 0 ... .max, .overflow),
        .set(7), .move(.previous, 0, nil, 0 ... .max, .none), .move(.previous, 0, nil, 0 ... .max, .underflow),
        .set(7), .move(.findReverse, 0, nil, 0...0, .root), .move(.findReverse, 0, nil, 0...0, .none),
      ], on: SortedArrayOracle())
  }

  /// The limit stops these cursors before they walked, so there is no slot to step from: the next call starts anew.
  @Test func limitsHitBeforeTheFirstWalk() throws {
    expect(
      [
        .set(0x18), .move(.next, 0x18, nil, 0x18...0x18, .overflow), .move(.next, .max, v2, 48...63, .active),
        .set(0x38), .move(.previous, 0x38, nil, 0x38...0x38, .underflow), .move(.previous, 0, v1, 16...31, .active),
        .set(0x38), .move(.next, 0x38, nil, 0x38...0x38, .overflow), .move(.previous, 0, v2, 48...63, .active),
        .set(0x38), .move(.next, 0x38, nil, 0x38...0x38, .overflow), .move(.findReverse, 0, v2, 48...63, .active),
        .set(0x18), .move(.find, 0x10, nil, 0x18...0x18, .start),
        .set(0x18), .move(.findReverse, 0x20, nil, 0x18...0x18, .start),
      ], on: try threeRanges())
  }

  @Test func aFindThatStartsInANullSlotAtItsLimit() throws {
    expect(
      [
        .set(0x20), .move(.findRange, 0x20, nil, 32...47, .active),
        .set(0x21), .move(.findRange, 0x21, nil, 32...47, .overflow),
      ], on: try threeRanges())
  }

  @Test func plainFind() throws {
    var map = try threeRanges()
    var index: UInt64 = 0x18
    #expect(map.find(&index, through: .max) == v1)
    #expect(index == 0x20)
    #expect(map.find(&index, through: 0x2f) == nil)
    #expect(index == 0x20)
    try map.store(.value(9), over: KeyRange(0x70, .max), policy: .maySleep)
    index = 0x60
    #expect(map.find(&index, through: .max) == .value(9))
    #expect(index == 0)
    #expect(map.findAfter(&index, through: .max) == nil)
  }

  // MARK: Gaps, 40 entries at 10i...10i+5, up to 10i+7 for odd i

  struct Gap: Sendable {
    var size: UInt64
    var window: KeyRange
    var lowest: UInt64?
    var highest: UInt64?
  }

  @Test(arguments: [
    Gap(size: 4, window: KeyRange(0, 399), lowest: 6, highest: 386),
    Gap(size: 4, window: KeyRange(7, 399), lowest: 26, highest: 386),
    Gap(size: 4, window: KeyRange(0, 388), lowest: 6, highest: 366),
    Gap(size: 4, window: KeyRange(7, 28), lowest: nil, highest: nil),
    Gap(size: 5, window: KeyRange(0, 397), lowest: nil, highest: nil),
    Gap(size: 2, window: KeyRange(8, 9), lowest: 8, highest: 8),
    Gap(size: 2, window: KeyRange(18, 19), lowest: 18, highest: 18),
    Gap(size: 3, window: KeyRange(18, 20), lowest: nil, highest: nil),
    Gap(size: 1, window: KeyRange(398, .max), lowest: 398, highest: .max),
    Gap(size: .max - 397, window: .all, lowest: 398, highest: 398),
    Gap(size: .max - 396, window: .all, lowest: nil, highest: nil),
  ])
  func gapsOfFortyRanges(gap: Gap) throws {
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    for number in 0..<UInt64(40) {
      let first = 10 * number
      try map.store(v1, over: KeyRange(first, first + (number % 2 == 0 ? 5 : 7)), policy: .maySleep)
    }
    #expect((try? map.lowestGap(of: gap.size, in: gap.window)) == gap.lowest)
    #expect((try? map.highestGap(of: gap.size, in: gap.window)) == gap.highest)
  }

  /// The kernel of version 6.12 finds no gap here: it counts the indices from 0 to the window's end, which wrap to 0.
  @Test func theHighestGapMayBeginAtIndexZeroInAWindowUpToTheLastIndex() throws {
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    try map.store(v1, over: KeyRange(.max - 5, .max), policy: .maySleep)
    #expect(try map.highestGap(of: 1, in: .all) == .max - 6)
    #expect(try map.highestGap(of: .max - 5, in: .all) == 0)
  }

  /// Where the one entry is in the root pointer, a step back to it asks for no limit; with nodes it does.
  @Test func theEntryInTheRootPointerIsFoundBelowTheLimit() throws {
    var map = try directRoot()
    #expect(map.previous(before: 9, downTo: 5) == v5)
    try map.store(v1, over: .single(20), policy: .maySleep)
    #expect(map.previous(before: 9, downTo: 5) == nil)
  }

  // MARK: Cyclic allocation

  @Test func cyclicAllocationGoesRoundItsWindow() throws {
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    var next: UInt64 = 8
    let window = KeyRange(5, 10)
    let expected: [(index: UInt64, wrapped: Bool)] = [
      (8, false), (9, false), (10, false), (5, true), (6, false), (7, false),
    ]
    for (index, wrapped) in expected {
      let result = try map.allocateCyclic(v1, in: window, next: &next, policy: .maySleep)
      #expect(result.index == index && result.wrapped == wrapped)
      #expect(next == index + 1)
    }
    #expect(throws: RangeMapError.noSpace) {
      _ = try map.allocateCyclic(v1, in: window, next: &next, policy: .maySleep)
    }
    #expect(next == 8)
  }

  private func allocateAnywhere(
    _ map: inout SortedArrayOracle, _ next: inout UInt64, from lowest: UInt64 = 0
  ) throws -> String {
    let window = KeyRange(lowest, .max)
    let (index, wrapped) = try map.allocateCyclic(v1, in: window, next: &next, policy: .maySleep)
    return "\(index) \(wrapped)"
  }

  @Test func cyclicAllocationRemembersThatItReachedTheLastIndex() throws {
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    var next = UInt64.max
    #expect(try allocateAnywhere(&map, &next) == "\(UInt64.max) false")
    #expect(next == 0)
    // The memory is a duplicate's too, and survives the removal of all entries.
    var copy = SortedArrayOracle(configuration: map.configuration)
    try map.duplicate(into: &copy, policy: .maySleep)
    copy.removeAll()
    #expect(try allocateAnywhere(&copy, &next) == "0 true")
    #expect(try allocateAnywhere(&copy, &next) == "1 false")
  }

  @Test func aSearchFromTheStartDoesNotUseUpTheMemoryOfTheLastIndex() throws {
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    var next = UInt64.max
    #expect(try allocateAnywhere(&map, &next) == "\(UInt64.max) false")
    next = .max
    #expect(try allocateAnywhere(&map, &next, from: 5) == "5 true")
    next = 5
    #expect(try allocateAnywhere(&map, &next, from: 5) == "6 true")
    #expect(try allocateAnywhere(&map, &next, from: 5) == "7 false")
  }

  @Test(arguments: [0, 20] as [UInt64])
  func cyclicAllocationRefusesAnInvertedWindow(start: UInt64) {
    let window = KeyRange(9, 5)
    var map = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
    var next = start
    #expect(throws: RangeMapError.invalidRange) {
      _ = try map.allocateCyclic(v1, in: window, next: &next, policy: .maySleep)
    }
    #expect(next == start)
  }
}
