import AddressSpaceModel
import RangeMapCore
import SeededDefects

/// The site of a fork of an address space of which only some is known, and of the teardown of its child.
///
/// The designs run on it as they run on address spaces. Each step is done under a condition, the one of the steps at
/// hand: what is true of single vmas is data, so that all vmas are one path. What the designs decide, and which step
/// fails, are decisions of the domain.
///
/// Left out are: the counts of pages; the contents of pages and the counts of folios; which anon_vma a copy gets;
/// whether a vma is locked; the pages of a vma but one; shared tables and huge pages; who may take the locks while they
/// are free but the observers.
struct TeardownSite<Domain: PlanDomain> {
  typealias Number = Domain.Number
  typealias Truth = Number.Truth

  let scenario: TeardownScenario<Number>
  let rules: TeardownRules<Truth>
  var domain: Domain
  /// What the steps at hand are done under, and those around them.
  private var conditions: [Truth] = []
  private var nextPlace = 0

  var parents: [VmaState<Number>]
  var copies: [VmaState<Number>]
  var slots: [TreeSlot<Number>]
  /// The page tables that the proof watches, and those at the one that cannot be had.
  var watched: TableProbe<Number>
  var failing: TableProbe<Number>
  /// How often the child has charged each vma's pages, less how often it returned them.
  var charges: [Number]
  /// The charges of what the teardown at hand has removed.
  var removedCharges: [Number]
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
  private(set) var failedPoint: TeardownPoint = .none
  var stepNumber: Number = 0
  var looks: [TeardownLook<Number>] = []

  init(
    _ scenario: TeardownScenario<Number>, rules: TeardownRules<Truth>, geometry: TeardownGeometry, domain: Domain
  ) {
    self.scenario = scenario
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
    removedCharges = Array(repeating: 0, count: count)
    watched = TableProbe(lowest: scenario.watchedTable, geometry)
    failing = TableProbe(lowest: scenario.failingTable, geometry)
  }

  /// Forks, and tears the child down: at once if the fork fails, else when it exits.
  static func run(_ site: TeardownSite, _ design: ForkDesignName) -> TeardownSite {
    let rules = site.rules
    var fork = DefectiveForkSite(site) { defect in
      Premise.rules.first { $0.defect == defect }.map { .!rules[$0] } ?? Number.no
    }
    var didFail = false
    do throws(ForkError) {
      try fork.fork(design)
      fork.exit(design)
    } catch {
      didFail = true
    }
    var site = fork.base
    site.didFail = didFail
    return site
  }

  /// What the steps at hand are done under.
  var condition: Truth { conditions.last ?? Number.yes }

  /// Whether the fork fails here, if it takes the step.
  mutating func fails(_ point: TeardownPoint, when taken: Truth = Number.yes) -> Bool {
    guard domain.decide(condition .& taken .& scenario.failure .== Number(point.code)) else { return false }
    failedPoint = point
    return true
  }
}

// MARK: - What designs ask for

extension TeardownSite: SpoilableForkSite {
  mutating func decide(_ condition: Truth) -> Bool { domain.decide(condition) }

  mutating func enter(_ condition: Truth) -> Bool {
    conditions.append(self.condition .& condition)
    return true
  }

  mutating func leave() { conditions.removeLast() }

  // MARK: The whole

  mutating func lock() -> Bool {
    if fails(.lock) { return false }
    isWriteLocked = Number.yes
    return true
  }

  mutating func unlock() { isWriteLocked = Number.no }

  mutating func inheritCounters() {}

  mutating func endUserfaultContexts() {
    for place in copies.indices { copies[place].holdsUserfault = Number.no }
  }

  mutating func beginFailure(at source: Int?) { isFailing = true }

  mutating func endFailure() { isFailing = false }

  // MARK: The child's tree

  mutating func beginBulk() -> Bool {
    if fails(.begin) { return false }
    for place in slots.indices {
      slots[place].holdsParents = scenario.vmas[place].exists .& .!rules[.startsEmpty]
    }
    return true
  }

  mutating func endBulk() {}

  mutating func duplicateTree() -> Bool {
    if fails(.begin) { return false }
    for place in slots.indices { slots[place].holdsParents = scenario.vmas[place].exists }
    return true
  }

  mutating func finishTree() {}

  mutating func rewind(_ tree: ForkTree) { nextPlace = 0 }

  mutating func nextSource(in tree: ForkTree) -> Int? {
    guard nextPlace < scenario.vmas.count else { return nil }
    nextPlace += 1
    return nextPlace - 1
  }

  func isThere(_ source: Int) -> Truth { scenario.vmas[source].exists }

  mutating func source(behind source: Int) -> Int? {
    let next = source + 1
    return next < scenario.vmas.count && domain.decide(scenario.vmas[next].exists) ? next : nil
  }

  mutating func erase(_ source: Int) -> Bool {
    if fails(.vma(source, .erase)) { return false }
    slots[source].holdsParents = slots[source].holdsParents .& .!condition
    return true
  }

  mutating func storeInBulk(_ copy: Int, of source: Int) -> Bool {
    if fails(.vma(source, .store)) { return false }
    replace(source, by: copy)
    return true
  }

  mutating func replace(_ source: Int, by copy: Int) {
    slots[source].holdsParents = slots[source].holdsParents .& .!condition
    slots[source].holdsCopy = slots[source].holdsCopy .| condition
    copies[copy].isAttached = copies[copy].isAttached .| condition
  }

  mutating func mark(_ source: Int) { slots[source] = TreeSlot(isMarked: Number.yes) }

  mutating func destroyTree() {
    for place in slots.indices {
      slots[place].holdsParents = slots[place].holdsParents .& .!condition
      slots[place].holdsCopy = slots[place].holdsCopy .& .!condition
      slots[place].isMarked = slots[place].isMarked .& .!condition
    }
  }
}
