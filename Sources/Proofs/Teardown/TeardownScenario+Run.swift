import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios

extension TeardownRules where Truth == Bool {
  /// All rules, less one.
  init(without rule: Premise? = nil) {
    self.init { $0 != rule }
  }
}

extension TeardownScenario where Number == Int {
  /// What the model makes of a point of failure: for each observer alone, and for nobody looking.
  ///
  /// - Complexity: O(vmas · steps) for each lowest table that has a touched page.
  func modelOutcomes(
    _ point: TeardownPoint, _ design: ForkDesignName, _ geometry: TeardownGeometry, without rule: Premise? = nil
  ) -> ModelOutcomes {
    var outcomes = ModelOutcomes()
    var scenario = self
    scenario.failure = point.code
    let tables = Set(vmas.filter { $0.exists && $0.isTouched }.map { $0.touchedPage / geometry.entries })
    for (round, table) in (tables.isEmpty ? [0] : tables.sorted()).enumerated() {
      scenario.watchedTable = table
      let site = TeardownSite.run(
        TeardownSite(
          scenario, rules: TeardownRules(without: rule), geometry: geometry, domain: ConcreteDomain()), design)
      for law in ForkLaw.ofTeardown where law != .observersSeeOnlyLiveVmas && site.isBroken(law) {
        outcomes.laws.insert(law)
      }
      if round > 0 { continue }
      outcomes.failed = site.didFail
      outcomes.steps = site.stepNumber
      for look in site.looks where look.happens {
        for (observer, isFault) in look.faults where isFault {
          outcomes.faults[observer, default: []].insert(look.number)
        }
      }
    }
    return outcomes
  }

  /// What `AddressSpaceModel` makes of it.
  func realOutcome(
    _ point: TeardownPoint, _ options: ForkOptions, _ geometry: TeardownGeometry,
    _ bench: inout ForkBench<MapleTreeSubject>
  ) -> ForkOutcome {
    bench.run(options, failure: failure(point, options.design, geometry) ?? .none)
  }

  /// The address space in `AddressSpaceModel`, with page tables of the geometry and one level more, which is always
  /// there.
  /// - Throws: `AddressSpaceError` where the scenario breaks a premise.
  func makeBench(_ geometry: TeardownGeometry) throws(AddressSpaceError) -> ForkBench<MapleTreeSubject> {
    let machine = Machine()
    _ = machine.newFile()
    var space = AddressSpace(
      machine: machine, owner: .parent,
      geometry: PageTableGeometry(
        levels: TeardownGeometry.levels + 1, entryBits: geometry.entries.trailingZeroBitCount),
      configuration: .addressSpaceTree
    ) { MapleTreeSubject(configuration: $0) }
    for operation in mappings {
      let request = operation.request
      switch operation.kind {
      case .vma:
        try space.map(request)
        if operation.hasPolicy { try space.addPolicy(at: request.range.first) }
      case .touch: try space.touch(request.range, order: operation.order)
      default: preconditionFailure("a scenario maps and touches")
      }
    }
    return ForkBench(parent: space)
  }

  /// The points that a fork in the design passes, with the failing page table where one is.
  func points(
    _ design: ForkDesignName, _ geometry: TeardownGeometry
  ) -> [(scenario: TeardownScenario<Int>, point: TeardownPoint)] {
    var found: [(scenario: TeardownScenario<Int>, point: TeardownPoint)] = []
    for point in TeardownPoint.all(vmas: vmas.count) {
      if case .pageTable = point { continue }
      if point == .none || failure(point, design, geometry) != nil { found.append((self, point)) }
    }
    for (place, table) in copiedTables(geometry) {
      var scenario = self
      scenario.failingTable = table.number * geometry.span(table.level) / geometry.entries
      found.append((scenario, .pageTable(place, level: table.level)))
    }
    return found
  }
}

/// What the model makes of one fork.
struct ModelOutcomes {
  var failed = false
  /// The laws that are broken, whoever looks.
  var laws: Set<ForkLaw> = []
  /// The numbers of the moments at which each observer meets what it should not.
  var faults: [ForkObserver: Set<Int>] = [:]
  /// The moments at which an observer could look.
  var steps = 0

  /// The laws that are broken where an observer looks at a step, or at every one.
  func laws(_ observation: ForkObservation?) -> Set<ForkLaw> {
    guard let observation else { return laws }
    let found = faults[observation.observer] ?? []
    let isBroken = observation.step.map { found.contains($0) } ?? !found.isEmpty
    return isBroken ? laws.union([.observersSeeOnlyLiveVmas]) : laws
  }
}
