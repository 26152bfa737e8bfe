import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios

/// Scenarios in integers, and the forks of `AddressSpaceModel` that they stand for.
extension TeardownScenario where Number == Int {
  /// The calls that make the address space.
  var mappings: [ForkOperation] {
    var operations: [ForkOperation] = []
    for (place, vma) in vmas.enumerated() where vma.exists {
      var request = MappingRequest(Self.range(vma.start, vma.end), .readable)
      if vma.isAccounted { request.flags.insert(.writable) }
      if vma.isUninherited { request.flags.insert(.dontCopy) }
      if vma.isWiped { request.flags.insert(.wipeOnFork) }
      if vma.hasUserfault { request.flags.insert(.userfault) }
      // Neighbours that agree would become one vma.
      if place % 2 == 1 { request.flags.insert(.notDumped) }
      if vma.hasFile { request.file = 0 }
      operations.append(.map(request, hasPolicy: vma.hasPolicy))
      if vma.isTouched { operations.append(.touch(Self.range(vma.touchedPage, vma.touchedPage + 1), order: 0)) }
    }
    return operations
  }

  private static func range(_ start: Int, _ end: Int) -> KeyRange {
    KeyRange(UInt64(start) << AddressLayout.pageShift, UInt64(end) << AddressLayout.pageShift - 1)
  }

  /// The failing step as `AddressSpaceModel` counts it; nil where a fork in the design does not take the step, so that
  /// nothing fails.
  func failure(_ point: TeardownPoint, _ design: ForkDesignName, _ geometry: TeardownGeometry) -> ForkFailure? {
    func step(_ kind: FailureKind, _ index: Int) -> ForkFailure { .step(UInt64(index), kind: kind, forever: false) }
    switch point {
    case .none: return nil
    case .lock: return step(.lock, 1)
    case .begin: return step(.treeNode, 1)
    case .hook: return step(.hook, 1)
    case .vma(let place, let kind):
      guard takes(kind, vmas[place], design) else { return nil }
      let before = vmas[..<place].count { takes(kind, $0, design) }
      switch kind {
      case .erase, .store: return step(.treeNode, before + 2)
      case .signal: return step(.signal, before + 1)
      case .charge: return step(.charge, before + 1)
      case .object: return step(.vma, (design.rules.hasLockObjects ? 2 : 1) * before + 1)
      case .policy: return step(.policy, before + 1)
      case .userfault: return step(.userfaultContext, before + 1)
      // The link to the parent's anon_vma, the child's own, and the link to that. The child's own is not asked for
      // again.
      case .anonVma: return step(.anonVma, 3 * before + (design.rules.makesAnonVmaFirst ? 1 : 2))
      }
    case .pageTable(let place, let level):
      let wanted = CopiedTable(level: level, number: failingTable * geometry.entries / geometry.span(level))
      let tables = copiedTables(geometry)
      return tables.firstIndex { $0.place == place && $0.table == wanted }.map { step(.pageTablePage, $0 + 1) }
    }
  }

  private func takes(_ step: TeardownStep, _ vma: TeardownVma<Int>, _ design: ForkDesignName) -> Bool {
    switch step {
    case .erase: vma.exists && vma.isUninherited && design != .oneByOne
    case .store: vma.isInherited && design == .oneByOne
    case .signal: design.rules.isKillableAtEveryVma ? vma.exists : vma.isInherited
    case .object: vma.isInherited
    case .charge: vma.isInherited && vma.isAccounted
    case .policy: vma.isInherited && vma.hasPolicy
    case .userfault: vma.isInherited && vma.hasUserfault
    case .anonVma: vma.isInherited && !vma.isWiped && vma.isAnonymous
    }
  }

  struct CopiedTable: Hashable {
    var level: Int
    /// Of the level.
    var number: Int
  }

  /// The page tables that a fork makes for the child, in the order in which it makes them.
  func copiedTables(_ geometry: TeardownGeometry) -> [(place: Int, table: CopiedTable)] {
    var made: Set<CopiedTable> = []
    var tables: [(place: Int, table: CopiedTable)] = []
    let touched = vmas.filter { $0.exists && $0.isTouched }.map(\.touchedPage).sorted()
    for (place, vma) in vmas.enumerated() where vma.isInherited && !vma.isWiped && vma.isAnonymous {
      for page in touched {
        for level in (0..<TeardownGeometry.levels).reversed() {
          let span = geometry.span(level)
          let table = CopiedTable(level: level, number: page / span)
          let isReached = vma.start / span <= table.number && table.number <= (vma.end - 1) / span
          if isReached, made.insert(table).inserted { tables.append((place, table)) }
        }
      }
    }
    return tables
  }

  /// The script of the fork, in the geometry of x86-64.
  func script(
    _ point: TeardownPoint, _ design: ForkDesignName, _ observer: ForkObserver?, expecting expectation: ForkExpectation
  ) -> ForkScenario {
    let trial = ForkTrial(
      design: design, failure: failure(point, design, .linux) ?? .none,
      observation: observer.map { ForkObservation($0) })
    return ForkScenario(operations: mappings + [.fork(trial)], expectation: expectation)
  }
}
