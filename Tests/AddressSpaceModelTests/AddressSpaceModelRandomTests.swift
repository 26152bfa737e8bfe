import MapleTreeModule
import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// A call with what it needs, so that it can be tried again with another failure.
private enum Call: Hashable {
  case map(MappingRequest)
  case unmap(KeyRange)
  case protect(KeyRange, VmaFlags)
  case advise(KeyRange, VmaFlags, VmaFlags)
  case touch(KeyRange)
  case move(KeyRange, UInt64)

  static func random(_ random: inout SeededGenerator, files: Int) -> Call {
    let first = random.below(48) + 16
    let range = pages(first, first + random.below(8))
    let protections: [VmaFlags] = [[.readable], [.readable, .writable], [.readable, .executable]]
    let protection = protections[Int(random.below(3))]
    switch random.below(10) {
    case 0...3:
      let kinds: [VmaFlags] = [[], [], .shared, .noReserve, .locked]
      let flags = protection.union(kinds[Int(random.below(5))])
      if random.oneIn(3) {
        return .map(MappingRequest(range, flags, file: Int(random.below(UInt64(files))), filePage: first))
      }
      return .map(MappingRequest(range, flags))
    case 4, 5: return .unmap(range)
    case 6: return .protect(range, protection)
    case 7:
      let flag: VmaFlags = random.oneIn(2) ? .dontCopy : .wipeOnFork
      return random.oneIn(2) ? .advise(range, [], flag) : .advise(range, flag, [])
    case 8: return .touch(range)
    default: return .move(range, (first + 64 + random.below(16)) << 12)
    }
  }

  func perform(on space: inout TreeSpace) throws(AddressSpaceError) {
    switch self {
    case .map(let request): try space.map(request)
    case .unmap(let range): try space.unmap(range)
    case .protect(let range, let protection): try space.protect(range, protection)
    case .advise(let range, let removing, let adding): try space.advise(range, removing: removing, adding: adding)
    case .touch(let range): try space.touch(range)
    case .move(let range, let new):
      let size = range.countLessOne + 1
      try space.remap(RemapRequest(old: range.first, oldSize: size, new: new, newSize: size))
    }
  }

  func perform(on model: inout PageModel) {
    switch self {
    case .map(let request): model.map(request)
    case .unmap(let range): model.unmap(range)
    case .protect(let range, let protection): model.protect(range, protection)
    case .advise(let range, let removing, let adding): model.advise(range, removing: removing, adding: adding)
    case .touch: break
    case .move(let range, let new):
      model.unmap(KeyRange(new, new + range.countLessOne))
      model.move(range, to: new)
    }
  }

  /// Whether a call that fails leaves all pages as they were. The others stop in the middle, as in the kernel.
  var isAllOrNothing: Bool {
    switch self {
    case .map, .unmap, .touch: true
    case .protect, .advise, .move: false
    }
  }
}

@Suite struct AddressSpaceModelRandomTests {
  /// Calls agree with a dictionary of pages, and each step of each call fails once without harm.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func callsAgreeWithADictionary(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var space = makeSpace()
    for _ in 0..<3 { _ = space.machine.newFile() }
    var model = PageModel()
    var refused = 0
    for place in 0..<250 {
      let call = Call.random(&random, files: 3)
      var index: UInt64 = 1
      while true {
        let before = space.view
        let touched = space.touchedPages
        let charged = space.machine.committedPages
        space.machine.failures = FailurePlan(failing: index, forever: random.oneIn(2))
        let error = error(of: call, &space)
        let plan = space.machine.failures
        space.machine.failures = .none
        let broken = space.inconsistencies() + space.machine.faults
        if !broken.isEmpty {
          Issue.record("seed \(seed), call \(place) \(call), step \(index): \(broken)")
          return
        }
        if plan.refusals == 0 {
          if error == nil { call.perform(on: &model) }
          break
        }
        refused += 1
        // A mapping that cannot join its neighbours for lack of memory is made beside them.
        if error == nil {
          call.perform(on: &model)
          break
        }
        if call.isAllOrNothing {
          #expect(space.view == before && space.machine.committedPages == charged)
          if case .touch = call {} else { #expect(space.touchedPages == touched) }
        }
        index += 1
      }
      // A call that stopped in the middle has done a part, and the last, whole one has done all.
      if case .move = call { model = space.view }
      guard space.view == model, space.machine.committedPages == space.counters.accountedPages else {
        Issue.record("seed \(seed), call \(place) \(call): the pages differ, or the charge")
        return
      }
    }
    #expect(refused > 500)
    tearDown(&space)
  }

  /// Each request of each call for tree nodes is refused, and all after it.
  @Test(arguments: 20..<26 as Range<UInt64>)
  func refusedTreeNodesDoNoHarm(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var space = makeSpace()
    for _ in 0..<3 { _ = space.machine.newFile() }
    var failed = 0
    for place in 0..<200 {
      let call = Call.random(&random, files: 3)
      var index: UInt64 = 1
      while true {
        let before = space.view
        let charged = space.machine.committedPages
        space.tree.failAllocation(index, forever: true)
        let error = error(of: call, &space)
        let refusals = space.tree.permitAllocations().refusals
        let broken = space.inconsistencies() + space.machine.faults
        if !broken.isEmpty {
          Issue.record("seed \(seed), call \(place) \(call), request \(index): \(broken)")
          return
        }
        if refusals == 0 { break }
        if error != nil { failed += 1 }
        if error != nil, call.isAllOrNothing {
          #expect(space.view == before && space.machine.committedPages == charged)
        }
        index += 1
      }
      #expect(space.machine.committedPages == space.counters.accountedPages)
    }
    #expect(failed > 30)
    tearDown(&space)
  }

  private func error(of call: Call, _ space: inout TreeSpace) -> AddressSpaceError? {
    do throws(AddressSpaceError) {
      try call.perform(on: &space)
      return nil
    } catch {
      return error
    }
  }

  private func tearDown(_ space: inout TreeSpace) {
    space.exit(ForkRun(ForkOptions(design: .duplicateAndTearDown), machine: space.machine))
    #expect(space.machine.ledger.isClear(owner: .parent))
    #expect(space.machine.committedPages == 0)
    #expect(space.pageTable.isEmpty)
    #expect(space.machine.folios.liveFolios == 0)
    #expect(space.tree.counters.liveNodes == 0)
    #expect(space.machine.files.allSatisfy { $0 == MappedFile() })
  }
}
