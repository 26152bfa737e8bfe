import AddressSpaceModel
import RangeMapCore

/// What one vma holds, and what was done to it.
struct VmaState<Number: PlanNumber> {
  typealias Truth = Number.Truth

  /// It has memory.
  var isMade: Truth = Number.no
  var isFreed: Truth = Number.no
  var isFreedTwice: Truth = Number.no
  var opened: Number = 0
  var closed: Number = 0
  /// Its tree holds it.
  var isAttached: Truth = Number.no
  /// Its file's tree of mappings holds it.
  var isLinked: Truth = Number.no
  var holdsFile: Truth = Number.no
  var holdsPolicy: Truth = Number.no
  /// It can be found through anonymous pages.
  var isFindable: Truth = Number.no
  var holdsUserfault: Truth = Number.no
  /// Its touched page is in its page table.
  var hasPage: Truth = Number.no

  /// Whether it holds anything at all.
  var holdsAnything: Truth {
    isMade .& .!isFreed .| isLinked .| holdsFile .| holdsPolicy .| isFindable .| holdsUserfault .| hasPage
  }

  mutating func free(when condition: Truth) {
    isFreedTwice = isFreedTwice .| (condition .& isFreed)
    isFreed = isFreed .| condition
  }

  mutating func unlink(when condition: Truth) {
    isLinked = isLinked .& .!condition
    isFindable = isFindable .& .!condition
  }
}

/// What the child's tree holds over the range of one of the parent's vmas.
struct TreeSlot<Number: PlanNumber> {
  typealias Truth = Number.Truth

  var holdsParents: Truth = Number.no
  var holdsCopy: Truth = Number.no
  var isMarked: Truth = Number.no

  var isEmpty: Truth { .!holdsParents .& .!holdsCopy .& .!isMarked }
}

/// What a walk of a teardown finds at the place of a vma, if anything: the copy or the parent's.
struct FoundVma<Truth: PlanTruth> {
  let place: Int
  var copy: Truth
  var parents: Truth

  /// Whether there is one.
  var isAny: Truth { copy .| parents }
}

/// A moment at which an observer could look, and what each observer finds there.
struct TeardownLook<Number: PlanNumber> {
  typealias Truth = Number.Truth

  let label: String
  /// Its number among those that happen, from 1.
  let number: Number
  /// Whether the moment comes in this run.
  let happens: Truth
  /// Whether an observer finds what is no live vma of the child.
  let faults: [(observer: ForkObserver, isFault: Truth)]
}
