import AddressSpaceModel
import MapleTreeModule

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

/// A vma that a walk of a teardown finds at the place of a vma, if any: the copy or the parent's.
struct FoundVma<Truth: PlanTruth> {
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
  let faults: [ForkObserver: Truth]
}

/// What a fork fails with.
struct TeardownFailure: Error {}

/// A fork of a scenario and the teardown of its child, in numbers and truths of a domain.
///
/// With integers it is a model to run beside `AddressSpaceModel`, step for step; with terms it is what a solver reasons
/// about. Where the code branches, it decides; what is true of single vmas is data.
struct TeardownMachine<Domain: PlanDomain> {
  typealias Number = Domain.Number
  typealias Truth = Number.Truth

  let scenario: TeardownScenario<Number>
  let design: ForkDesignName
  let rules: TeardownRules<Truth>
  var domain: Domain

  var parents: [VmaState<Number>]
  var copies: [VmaState<Number>]
  var slots: [TreeSlot<Number>]
  /// The page tables that the proof watches, and those at the one that cannot be had.
  var watched: TableProbe<Number>
  var failing: TableProbe<Number>
  /// How often the child has charged each vma's pages, less how often it returned them.
  var charges: [Number]
  var mapCount: Number = 0
  var removedCount: Number = 0

  var isWriteLocked: Truth = Number.no
  var hasUsers = true
  var isSkippedByReaper: Truth = Number.no
  var isUnstable: Truth = Number.no
  /// A walk took the marker for a vma.
  var tookMarker: Truth = Number.no
  /// The point of failure was met, and the child is not gone yet.
  var isFailing = false
  private(set) var didFail = false
  var failedPoint: TeardownPoint = .none
  var stepNumber: Number = 0
  var looks: [TeardownLook<Number>] = []

  init(
    _ scenario: TeardownScenario<Number>, design: ForkDesignName, rules: TeardownRules<Truth>,
    geometry: TeardownGeometry, domain: Domain
  ) {
    self.scenario = scenario
    self.design = design
    self.rules = rules
    self.domain = domain
    let count = scenario.vmas.count
    parents = scenario.vmas.map { vma in
      var state = VmaState<Number>()
      state.isMade = vma.exists
      state.isAttached = vma.exists
      state.isLinked = vma.exists .& vma.hasFile
      state.holdsFile = state.isLinked
      state.holdsPolicy = vma.exists .& vma.hasPolicy
      state.isFindable = vma.isAnonymous
      return state
    }
    copies = Array(repeating: VmaState(), count: count)
    slots = Array(repeating: TreeSlot(), count: count)
    charges = Array(repeating: 0, count: count)
    watched = TableProbe(lowest: scenario.watchedTable, geometry)
    failing = TableProbe(lowest: scenario.failingTable, geometry)
  }

  /// Forks, and tears the child down: at once where the fork fails, else when it exits.
  mutating func run() {
    if fails(.lock, when: Number.yes) {
      didFail = true
      exit()
      return
    }
    isWriteLocked = Number.yes
    do throws(TeardownFailure) {
      switch design {
      case .oneByOne: try copyOneByOne()
      case .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd:
        try duplicateAndUndo()
      case .duplicateAndMark, .duplicateAndMarkPlaceOnly: try duplicateAndMark()
      case .duplicateAndTearDown: try duplicateAndTearDown()
      }
    } catch {
      didFail = true
      isWriteLocked = Number.no
      endUserfaultContexts()
      step("after the locks were released")
      exit()
      isFailing = false
      return
    }
    isWriteLocked = Number.no
    endUserfaultContexts()
    exit()
  }

  /// Whether the fork fails here; asked only where it takes the step.
  mutating func fails(_ point: TeardownPoint, when taken: Truth) -> Bool {
    guard domain.decide(taken .& scenario.failure .== Number(point.code)) else { return false }
    failedPoint = point
    return true
  }

  private mutating func endUserfaultContexts() {
    for place in copies.indices { copies[place].holdsUserfault = Number.no }
  }
}
