import AddressSpaceModel
import Harness
import KernelFork
import MapleTreeModule
import RangeMapCore
import Scenarios
import Testing

extension KernelTests {
  @Suite("The model beside a kernel's own fork")
  struct LockstepTests {}
}

extension KernelTests.LockstepTests {
  private func lockstep(_ machine: KernelMachine, _ design: ForkDesignName? = nil) -> ForkLockstep<MapleTreeSubject> {
    ForkLockstep(machine, design: design) { MapleTreeSubject(configuration: $0) }
  }

  @Test("the model makes the steps of a kernel's fork, and comes to the same", arguments: BuiltKernels.paths.indices)
  func modelEqualsKernel(_ place: Int) throws {
    let lockstep = lockstep(try BuiltKernels.machine(place))
    var generator = ForkScenarioGenerator(seed: 3, designs: [lockstep.design])
    var table = CoverageTable()
    var (forks, failed) = (0, 0)
    for _ in 0..<60 {
      let scenario = generator.next()
      let report = lockstep.run(scenario)
      #expect(report.violation == nil, "\(scenario.text)\(report.violation.map { "\($0)" } ?? "")")
      forks += report.forks
      failed += report.failedForks
      table.merge(report.table)
    }
    #expect(forks >= 100 && failed >= forks / 2)
    // Each of these steps has failed in both.
    for kind in [FailureKind.lock, .treeNode, .charge, .vma, .policy, .anonVma, .hook, .pageTablePage] {
      #expect(table["step \(kind.word): failed in both"] > 0, "\(kind)")
    }
  }

  @Test("calls before and between forks come to the same", arguments: BuiltKernels.paths.indices)
  func callsEqualKernels(_ place: Int) throws {
    let lockstep = lockstep(try BuiltKernels.machine(place))
    var generator = ForkScenarioGenerator(seed: 3, designs: [lockstep.design], hasPlainCalls: true)
    var kinds: Set<ForkOperation.Kind> = []
    for _ in 0..<60 {
      let scenario = generator.next()
      let report = lockstep.run(scenario)
      #expect(report.violation == nil, "\(scenario.text)\(report.violation.map { "\($0)" } ?? "")")
      kinds.formUnion(scenario.operations.map(\.kind))
    }
    #expect(kinds.isSuperset(of: [.protect, .lock, .unlock, .advise, .swap, .unmap]))
  }

  @Test("a page is as writable as its area, and a folio as large, in both", arguments: BuiltKernels.paths.indices)
  func rightsEqualKernels(_ place: Int) throws {
    let scenario = try ForkScenario.parse(
      Array(
        """
        fork 1
        vma 0x400000...0x41ffff read write
        touch 0x400000...0x41ffff order 4
        protect 0x401000...0x402fff read
        fork 7.3
        protect 0x402000...0x402fff read write
        vma 0x500000...0x501fff read file 0
        touch 0x500000...0x501fff
        protect 0x500000...0x501fff read write
        touch 0x500000...0x500fff
        fork 7.3
        """.utf8), file: "script")
    let report = lockstep(try BuiltKernels.machine(place)).run(scenario)
    #expect(report.violation == nil && report.forks == 2, "\(report.violation.map { "\($0)" } ?? "")")
  }

  @Test("a model of another version is told apart from a kernel", arguments: BuiltKernels.paths.indices)
  func otherDesignsDiffer(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    for design in ForkDesignName.principal where design != machine.design {
      // B is 6.12 up to its first failure: they differ in what a failed fork leaves to the reaper and to swap-off.
      if design == .duplicateAndUndo && machine.design == .duplicateAndMark { continue }
      let lockstep = lockstep(machine, design)
      var generator = ForkScenarioGenerator(seed: 3, designs: [design])
      let found = (0..<40).contains { _ in lockstep.run(generator.next()).laws == [.modelEqualsKernel] }
      #expect(found, "design \(design.rawValue) passes for \(machine.name)")
    }
  }

  @Test("a call that is not compared is left out and told", arguments: BuiltKernels.paths.indices)
  func otherCallsAreLeftOut(_ place: Int) throws {
    let scenario = try ForkScenario.parse(
      Array(
        """
        fork 1
        vma 0x400000...0x403fff write
        grow 0x402000
        unmap 0x402000...0x402fff fail 1
        fork 7.3
        """.utf8), file: "script")
    let report = lockstep(try BuiltKernels.machine(place)).run(scenario)
    #expect(report.violation == nil && report.forks == 1)
    #expect(
      report.lacking == [
        "lockstep has no call grow: 1 line", "lockstep has no call that is refused a step or looked at: 1 line",
      ])
  }

  @Test("observers that a kernel has are told from those that it has not by one list")
  func observersOfKernels() {
    #expect(ForkObserver.ofKernels == ForkObserver.allCases.filter(\.isOfKernels))
  }

  @Test("what differs is told with the step, by its name")
  func differenceIsTold() throws {
    let machine = try #require(
      BuiltKernels.paths.indices.map { try BuiltKernels.machine($0) }
        .last { $0.design == .duplicateAndTearDown })
    let scenario = try ForkScenario.parse(
      Array("fork 1\nvma 0x1000...0x1fff write\ntouch 0x1000...0x1fff\nfork 6.12\n".utf8), file: "script")
    let report = lockstep(machine, .duplicateAndMark).run(scenario)
    #expect(report.violation?.operation == 2)
    let text = try #require(report.violation?.violations.first?.detail)
    #expect(text == "if nothing fails: step 6: the model's is vma, the kernel's anon-vma", "\(text)")
  }
}
