import Harness
import Operations
import RangeMapCore
import SortedArrayOracle
import Testing

@testable import Readers

/// What the moves of a cursor may give, beside a writer that makes one store: `b` at 0x30...0x39.
@Suite("A move of a cursor beside a store")
struct ReaderJudgeTests {
  private let a = Entry.value(1)
  private let b = Entry.value(2)

  /// `a` is at 0x10...0x19, and at 0x20...0x29 before and after the store.
  private func states() -> MapStates {
    var oracle = SortedArrayOracle(configuration: MapConfiguration(usesReadCopyUpdate: true))
    var states = MapStates()
    var next: UInt64 = 0
    for first: UInt64 in [0x10, 0x20] {
      _ = oracle.call(.store(KeyRange(first, first + 9), a, .maySleep), next: &next)
    }
    states.add(oracle)
    _ = oracle.call(.store(KeyRange(0x30, 0x39), b, .maySleep), next: &next)
    states.add(oracle)
    return states
  }

  /// What is wrong with a move from one range to another.
  private func law(
    _ move: CursorMove, limit: UInt64 = .max, from before: KeyRange, _ status: CursorStatus = .active,
    gives entry: Entry?, at after: KeyRange, _ statusAfter: CursorStatus = .active, times: ClosedRange<Int> = 0...1
  ) -> ReaderLaw? {
    ReaderJudge(states: states(), times: times).judge(
      .cursorMove(0, move, limit: limit), .entry(entry), CursorState(range: before, status: status),
      CursorState(range: after, status: statusAfter))?.law
  }

  private let second = KeyRange(0x20, 0x29)
  private let stored = KeyRange(0x30, 0x39)

  @Test("a walk comes to a range that includes its index")
  func walk() {
    #expect(law(.walk, from: .single(0x25), .start, gives: a, at: second) == nil)
    #expect(law(.walk, from: .single(0x25), .start, gives: a, at: KeyRange(0x26, 0x29)) == .inOrder)
  }

  @Test(
    "a step may miss what the store brings only if the store is not over when it begins",
    arguments: [
      CursorMove.find, .findRange, .next, .nextRange,
    ])
  func forward(_ move: CursorMove) {
    #expect(law(move, limit: 0x40, from: second, gives: nil, at: second, .overflow) == nil)
    #expect(law(move, limit: 0x40, from: second, gives: nil, at: second, .overflow, times: 1...1) == .missesNothing)
    #expect(law(move, from: second, gives: b, at: stored) == nil)
    #expect(law(move, from: second, gives: b, at: stored, times: 0...0) == .heldAtSomeTime)
  }

  @Test(
    "a step back misses nothing that was there all the time",
    arguments: [
      CursorMove.findReverse, .findRangeReverse, .previous, .previousRange,
    ])
  func backward(_ move: CursorMove) {
    let limit: UInt64 = 0
    #expect(law(move, limit: limit, from: stored, gives: a, at: second) == nil)
    #expect(law(move, limit: limit, from: stored, gives: a, at: KeyRange(0x10, 0x19)) == .missesNothing)
    #expect(law(move, limit: limit, from: stored, gives: nil, at: stored, .underflow) == .missesNothing)
    #expect(law(move, limit: 0x30, from: stored, gives: nil, at: stored, .underflow) == nil)
  }

  @Test(
    "a step by ranges gives the NULLs between, and at its limit leaves the cursor",
    arguments: [
      CursorMove.findRange, .nextRange,
    ])
  func ranges(_ move: CursorMove) {
    let gap = KeyRange(0x2a, 0x2f)
    #expect(law(move, from: second, gives: nil, at: gap) == nil)
    #expect(law(move, from: KeyRange(0x10, 0x19), gives: nil, at: gap) == .missesNothing)
    #expect(law(move, from: KeyRange(0x10, 0x19), gives: nil, at: second) == .heldAtSomeTime)
    #expect(law(move, limit: 0x29, from: second, gives: nil, at: second) == nil)
  }

  @Test("a cursor whose slot grew may go on after it")
  func grownSlot() {
    // The cursor was told a shorter range of the slot that holds b now.
    #expect(
      law(.next, from: KeyRange(0x30, 0x31), gives: nil, at: KeyRange(0x30, 0x31), .overflow, times: 1...1) == nil)
  }

  @Test("a search that begins misses nothing from its index on", arguments: [CursorMove.find, .findReverse])
  func begin(_ move: CursorMove) {
    let start = KeyRange.single(move.isForward ? 0 : 0x50)
    let limit: UInt64 = move.isForward ? 0x50 : 0
    #expect(law(move, limit: limit, from: start, .start, gives: nil, at: start, .none) == .missesNothing)
    #expect(law(move, limit: move.isForward ? 0xf : 0x3a, from: start, .start, gives: nil, at: start, .none) == nil)
  }
}
