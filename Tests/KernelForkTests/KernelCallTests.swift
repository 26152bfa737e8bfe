import AddressSpaceModel
import KernelFork
import RangeMapCore
import Testing

extension KernelTests {
  @Suite("Calls on a kernel's address space")
  struct CallTests {}
}

extension KernelTests.CallTests {
  /// An address space with one area of eight pages, all written to.
  private func withSpace(
    _ place: Int, _ flags: VmaFlags = [.readable, .writable], _ body: (KernelMachine, KernelSpace) throws -> Void
  ) throws {
    let machine = try BuiltKernels.machine(place)
    let start = machine.save()
    defer { machine.restore(start) }
    let space = try machine.newSpace()
    try machine.map(MappingRequest(KeyRange(0x400000, 0x407fff), flags), in: space, files: [])
    try machine.touch(KeyRange(0x400000, 0x407fff), writing: true, in: space)
    try body(machine, space)
    try machine.put(space)
    try machine.endGracePeriod()
    #expect(machine.warnings.isEmpty)
  }

  private func ranges(_ machine: KernelMachine, _ space: KernelSpace) -> [KeyRange] {
    machine.areas(of: space).map(\.range)
  }

  @Test("remap moves pages, and leaves the rest of an area where it was", arguments: BuiltKernels.paths.indices)
  func remap(_ place: Int) throws {
    try withSpace(place) { machine, space in
      let page = try #require(machine.page(at: 0x402000, in: space))
      let start = try machine.remap(
        KeyRange(0x402000, 0x403fff), toLength: 0x3000, at: 0x500000, [.mayMove, .fixed], in: space)
      #expect(start == 0x500000)
      #expect(
        ranges(machine, space) == [
          KeyRange(0x400000, 0x401fff), KeyRange(0x404000, 0x407fff), KeyRange(0x500000, 0x502fff),
        ])
      #expect(machine.page(at: 0x500000, in: space)?.frame == page.frame)
      #expect(machine.page(at: 0x402000, in: space) == nil)
    }
  }

  @Test("7.x moves several areas in one call, and older kernels refuse", arguments: BuiltKernels.paths.indices)
  func remapSeveral(_ place: Int) throws {
    try withSpace(place) { machine, space in
      try machine.protect(KeyRange(0x402000, 0x403fff), .readable, in: space)
      let whole = KeyRange(0x400000, 0x407fff)
      if machine.name.hasPrefix("Linux 7.") {
        try machine.remap(whole, toLength: 0x8000, at: 0x500000, [.mayMove, .fixed], in: space)
        #expect(
          ranges(machine, space) == [
            KeyRange(0x500000, 0x501fff), KeyRange(0x502000, 0x503fff), KeyRange(0x504000, 0x507fff),
          ])
      } else {
        #expect(throws: KernelCallError.refused(14)) {
          try machine.remap(whole, toLength: 0x8000, at: 0x500000, [.mayMove, .fixed], in: space)
        }
      }
    }
  }

  @Test("the heap grows and shrinks at its end", arguments: BuiltKernels.paths.indices)
  func heap(_ place: Int) throws {
    try withSpace(place) { machine, space in
      try machine.setHeapEnd(0x600000, in: space)
      try machine.setHeapEnd(0x604000, in: space)
      #expect(ranges(machine, space).last == KeyRange(0x600000, 0x603fff))
      try machine.setHeapEnd(0x601000, in: space)
      #expect(ranges(machine, space).last == KeyRange(0x600000, 0x600fff))
      #expect(throws: KernelCallError.refused(12)) { try machine.setHeapEnd(0x5ff000, in: space) }
    }
  }

  @Test("advice takes pages away, and says what a child inherits", arguments: BuiltKernels.paths.indices)
  func advise(_ place: Int) throws {
    try withSpace(place) { machine, space in
      try machine.advise(KeyRange(0x400000, 0x400fff), .dontNeed, in: space)
      #expect(machine.page(at: 0x400000, in: space) == nil)
      try machine.advise(KeyRange(0x402000, 0x402fff), .dontFork, in: space)
      try machine.advise(KeyRange(0x404000, 0x404fff), .wipeOnFork, in: space)
      let child = try machine.fork(space)
      #expect(
        ranges(machine, child) == [
          KeyRange(0x400000, 0x401fff), KeyRange(0x403000, 0x403fff), KeyRange(0x404000, 0x404fff),
          KeyRange(0x405000, 0x407fff),
        ])
      #expect(machine.page(at: 0x403000, in: child) != nil && machine.page(at: 0x404000, in: child) == nil)
      try machine.put(child)
      try machine.advise(KeyRange(0x402000, 0x402fff), .doFork, in: space)
      try machine.advise(KeyRange(0x404000, 0x404fff), .keepOnFork, in: space)
      #expect(ranges(machine, space) == [KeyRange(0x400000, 0x407fff)])
    }
  }

  @Test("locked pages are counted, and a child has none", arguments: BuiltKernels.paths.indices)
  func lock(_ place: Int) throws {
    try withSpace(place) { machine, space in
      try machine.setLocked(KeyRange(0x402000, 0x404fff), true, in: space)
      #expect(machine.lockedPages(of: space) == 3)
      let child = try machine.fork(space)
      #expect(machine.lockedPages(of: child) == 0)
      try machine.put(child)
      try machine.setLocked(KeyRange(0x402000, 0x402fff), false, in: space)
      #expect(machine.lockedPages(of: space) == 2)
    }
  }

  @Test("a stack grows down to where it is touched, and no other area does", arguments: BuiltKernels.paths.indices)
  func grow(_ place: Int) throws {
    try withSpace(place, [.readable, .writable, .growsDown]) { machine, space in
      try machine.grow(to: 0x3fd800, in: space)
      #expect(ranges(machine, space) == [KeyRange(0x3fd000, 0x407fff)])
    }
    try withSpace(place) { machine, space in
      #expect(throws: KernelCallError.refused(14)) { try machine.grow(to: 0x3fd800, in: space) }
    }
  }

  @Test(
    "vm.max_map_count bounds the areas, and a call that it refuses changes none", arguments: BuiltKernels.paths.indices)
  func areaLimit(_ place: Int) throws {
    try withSpace(place) { machine, space in
      try machine.setAreaLimit(2)
      let before = machine.areas(of: space)
      #expect(throws: KernelCallError.refused(12)) {
        // One area becomes three.
        try machine.protect(KeyRange(0x402000, 0x402fff), .readable, in: space)
      }
      let after = machine.areas(of: space)
      #expect(after.allSatisfy { $0.flags == before[0].flags })
      #expect(after.first?.range.first == 0x400000 && after.last?.range.last == 0x407fff)
    }
  }

  /// Sweeps all calls, and gives the known faults that showed, and what broke a law besides.
  private func sweep(_ place: Int, _ observers: [KernelObserver?]) throws -> (faults: Set<String>, others: [String]) {
    let machine = try BuiltKernels.machine(place)
    var (faults, others): (Set<String>, [String]) = ([], [])
    var failures = 0
    try KernelSweep(layouts: [], observers: observers, generations: [0]).run(on: machine) { trial in
      if trial.outcome.steps.failures > 0 { failures += 1 }
      others += KernelSweep.surprises(in: trial, on: machine).map { "\(trial.name): \($0)" }
      for violation in trial.outcome.violations {
        if let fault = KernelFault.known(of: machine.name, in: trial.call, violation) {
          faults.insert(fault.name)
        }
      }
      return true
    }
    #expect(failures > 300)
    return (faults, others)
  }

  /// Steps that do not come, each for its reason.
  private func absentSteps(_ kernel: String) -> Set<KernelStep> {
    switch kernel {
    // Counters of pages are in the address space, and nobody waits for the readers of one vma.
    case let name where name.hasPrefix("Linux 6.1."): [.counters, .vmaLock, .lockObject]
    // The lock of a vma is an object of its own, which is waited for without being killed.
    case let name where name.hasPrefix("Linux 6.12."): [.vmaLock]
    default: [.lockObject]
    }
  }

  @Test("each step that a version has comes, and can be refused", arguments: BuiltKernels.paths.indices)
  func reachedSteps(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var failed: Set<KernelStep> = []
    let layouts = [0, 2, 4].map { KernelSweep.standardLayouts[$0] }
    try KernelSweep(layouts: layouts, observers: [nil], generations: [0]).run(on: machine) { trial in
      if let step = trial.outcome.steps.firstFailed?.step { failed.insert(step) }
      return true
    }
    #expect(Set(KernelStep.allCases).subtracting(failed) == absentSteps(machine.name))
  }

  /// The known faults that the standard calls show. `KernelScriptTests` has all.
  private func faults(_ place: Int) throws -> Set<String> {
    let name = try BuiltKernels.machine(place).name
    let shown = ["mremap-charges-for-ever", "refused-map-keeps-charge", "refused-split-can-be-found"]
    let known = KernelFault.known.filter { fault in
      shown.contains(fault.name) && fault.kernels.contains { name.hasPrefix($0) }
    }
    return Set(known.map(\.name))
  }

  @Test(
    "each step of each call fails, once and for ever: faults that are known show, and no law is broken besides",
    arguments: BuiltKernels.paths.indices)
  func everyStep(_ place: Int) throws {
    let (found, others) = try sweep(place, [nil])
    #expect(others.isEmpty)
    #expect(try found == faults(place).subtracting(["refused-split-can-be-found"]))
  }

  @Test(
    "whoever looks in the middle of a call finds nothing but faults that are known",
    arguments: BuiltKernels.paths.indices)
  func observedCalls(_ place: Int) throws {
    let (found, others) = try sweep(place, KernelObserver.allCases)
    #expect(others.isEmpty)
    #expect(try found == faults(place))
  }
}
