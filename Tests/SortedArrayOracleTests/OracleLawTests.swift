import RangeMapCore
import Testing

@testable import SortedArrayOracle

/// Each law of the oracle, broken on purpose, is reported.
@Suite struct OracleLawTests {
  private typealias Item = SortedArrayOracle.OccupiedRange

  private func laws(_ items: [Item], _ form: SortedArrayOracle.RootForm) -> [String] {
    var map = SortedArrayOracle()
    map.occupied = ContiguousArray(items)
    map.form = form
    return map.brokenLaws()
  }

  @Test func aSoundMapBreaksNone() {
    #expect(laws([], .empty) == [])
    #expect(laws([Item(first: 0, last: 0, word: 4)], .direct) == [])
    #expect(laws([Item(first: 0, last: 0, word: 4), Item(first: 1, last: 5, word: 4)], .nodes) == [])
  }

  @Test func eachBrokenLawIsNamed() {
    #expect(laws([Item(first: 5, last: 4, word: 4)], .nodes) == ["range 0x5...0x4 is inverted"])
    #expect(laws([Item(first: 4, last: 5, word: 0)], .nodes) == ["range 0x4...0x5 is kept although it is NULL"])
    #expect(
      laws([Item(first: 4, last: 5, word: 4), Item(first: 5, last: 6, word: 4)], .nodes)
        == ["range 0x5...0x6 does not lie behind 0x4...0x5"])
    #expect(laws([], .nodes) == ["the root is a node, but nothing is kept"])
    #expect(laws([Item(first: 0, last: 0, word: 4)], .empty) == ["the root is NULL, but ranges are kept"])
    let notAll = ["the root is an entry, but not all that is kept"]
    #expect(laws([], .direct) == notAll)
    #expect(laws([Item(first: 0, last: 1, word: 4)], .direct) == notAll)
    #expect(laws([Item(first: 0, last: 0, word: 0x2002)], .direct) == notAll)
    #expect(laws([Item(first: 0, last: 0, word: 4), Item(first: 2, last: 2, word: 4)], .direct) == notAll)
  }
}
