import RangeMapCore
import Testing

@Suite struct KeyRangeTests {
  @Test func theWholeSpaceIsCountedWithoutOverflow() {
    #expect(KeyRange.all.countLessOne == .max)
    #expect(KeyRange.single(7).countLessOne == 0)
    #expect(KeyRange(3...9) == KeyRange(3, 9))
  }

  @Test func anInvertedPairIsNotValid() {
    #expect(!KeyRange(2, 1).isValid)
    #expect(KeyRange(2, 2).isValid)
  }

  @Test(arguments: [
    (KeyRange(0, 4), false, false), (KeyRange(0, 5), false, true), (KeyRange(5, 9), true, true),
    (KeyRange(6, 7), true, true), (KeyRange(9, 12), false, true), (KeyRange(10, 12), false, false),
    (KeyRange.all, false, true),
  ])
  func aRangeContainsAndOverlapsBothEndsIncluded(other: KeyRange, contained: Bool, overlapping: Bool) {
    let range = KeyRange(5, 9)
    #expect(range.contains(other) == contained)
    #expect(range.overlaps(other) == overlapping)
    #expect(other.overlaps(range) == overlapping)
    #expect(range.contains(other.first) == (5...9).contains(other.first))
  }

  @Test func aRangeIsWrittenInHexadecimal() {
    #expect(KeyRange(16, .max).description == "0x10...0xffffffffffffffff")
  }
}

@Suite struct EntryTests {
  @Test func nullIsNoEntry() { #expect(Entry(word: 0) == nil) }

  @Test func theLowBitsAndTheSizeTellTheKind() {
    let words: [UInt64] = [1, 2, 3, 4, 0x402, 0x406, 4094, 4097, 4098]
    func those(_ holds: (Entry) -> Bool) -> [UInt64] { words.filter { holds(Entry(nonNullWord: $0)) } }
    #expect(those(\.looksInternal) == [2, 0x402, 0x406, 4094, 4098])
    #expect(those(\.isReserved) == [2, 0x402, 0x406, 4094])
    #expect(those(\.isAdvanced) == [2, 0x402])
    #expect(those(\.isZero) == [0x406])
  }

  @Test func aValueEntryKeepsSixtyThreeBits() {
    #expect(Entry.value(0).word == 1)
    #expect(Entry.value(UInt64(Int64.max)).word == .max)
    #expect(Entry.zero.description == "@0x406")
  }
}

@Suite struct AllocationBudgetTests {
  private func ask(_ budget: inout AllocationBudget, times: Int) -> [Bool] {
    var answers: [Bool] = []
    for _ in 0..<times { answers.append(budget.permitsRequest()) }
    return answers
  }

  @Test func aFreshBudgetRefusesNothing() {
    var budget = AllocationBudget()
    var answers: [Bool]
    answers = ask(&budget, times: 3)
    #expect(answers == [true, true, true])
    #expect(budget.requests == 3)
    #expect(budget.refusals == 0)
  }

  @Test func oneRequestIsRefusedOrAllFromItOn() {
    var budget = AllocationBudget()
    var answers: [Bool]
    _ = budget.permitsRequest()
    budget.failRequest(2, forever: false)
    answers = ask(&budget, times: 4)
    #expect(answers == [true, false, true, true])
    #expect(budget.refusals == 1)
    budget.failRequest(2, forever: true)
    answers = ask(&budget, times: 4)
    #expect(answers == [true, false, false, false])
    #expect(budget.requests == 4)
    #expect(budget.refusals == 3)
    budget.permitAll()
    answers = ask(&budget, times: 1)
    #expect(answers == [true])
    #expect(budget.refusals == 0)
  }
}

@Suite struct SeededGeneratorTests {
  /// The first numbers of SplitMix64 from seed 0, as its authors publish them.
  @Test func theSequenceIsThatOfSplitMix64() {
    var generator = SeededGenerator(seed: 0)
    let numbers = (0..<3).map { _ in generator.next() }
    #expect(numbers == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
  }

  @Test func numbersStayBelowTheirBoundAndReachAllOfIt() {
    var generator = SeededGenerator(seed: 7)
    let numbers = (0..<1000).map { _ in generator.below(10) }
    #expect(Set(numbers) == Set(0..<10))
  }
}

@Suite struct CursorMoveTests {
  @Test func fourMovesGoBack() {
    #expect(
      CursorMove.allCases.filter { !$0.isForward } == [.previous, .previousRange, .findReverse, .findRangeReverse])
  }
}

@Suite struct RangeMapErrorTests {
  @Test(arguments: [
    (RangeMapError.invalidRange, Int32(-22)), (.reservedEntry, -22), (.gapsNotTracked, -22), (.kindsDiffer, -22),
    (.destinationNotEmpty, -22), (.occupied(by: .zero), -17), (.noSpace, -16), (.outOfMemory, -12),
    (.planNoLongerFits, 0), (.notPrepared, 0), (.heightLimit, 0), (.unsupported, 0),
  ])
  func eachErrorHasTheKernelsNumber(error: RangeMapError, code: Int32) { #expect(error.kernelCode == code) }

  @Test func anOccupiedRangeNamesItsEntry() {
    #expect(RangeMapError.occupied(by: .value(1)).description == "occupied by @0x3")
  }
}
