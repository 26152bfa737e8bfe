import AddressSpaceModel
import Foundation
import Harness
import KernelFork
import MapleTreeModule
import RangeMapCore
import Scenarios
import Testing

extension KernelTests {
  @Suite("Areas that userfaultfds watch, by a kernel's own code")
  struct UserfaultTests {}
}

extension KernelTests.UserfaultTests {
  private static let watched = """
    fork 1
    vma 0x400000...0x403fff read write userfault
    vma 0x404000...0x407fff read write userfault
    vma 0x408000...0x40bfff read write
    touch 0x400000...0x40bfff
    protect 0x401000...0x401fff read write execute

    """

  private func hasFault(_ machine: KernelMachine) -> Bool { machine.name.hasPrefix("Linux 6.1.") }

  @Test("a child is watched as its parent is, by contexts of its own", arguments: BuiltKernels.paths.indices)
  func child(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let start = machine.save()
    defer { machine.restore(start) }
    let space = try machine.newSpace()
    for first in [0x400000, 0x404000] as [UInt64] {
      let range = KeyRange(first, first + 0x3fff)
      try machine.map(MappingRequest(range, [.readable, .writable]), in: space, files: [])
      try machine.watch(range, in: space)
      // The page is missing: whoever watches brings it.
      try machine.touch(.single(first), writing: true, in: space)
    }
    try machine.protect(KeyRange(0x401000, 0x401fff), .readable, in: space)
    let child = try machine.fork(space)
    let (parents, own) = (machine.areas(of: space).map(\.watcher), machine.areas(of: child).map(\.watcher))
    // Three areas of one userfaultfd, and one of the other.
    #expect(parents[0] == parents[1] && parents[0] == parents[2] && parents[0] != parents[3])
    #expect(own[0] == own[1] && own[0] == own[2] && own[0] != own[3])
    #expect(Set(parents).isDisjoint(with: own) && !own.contains(0) && own.count == 4)
    try machine.put(child)
    #expect(machine.areas(of: space).map(\.watcher) == parents)
  }

  @Test("only private memory without a file can be watched", arguments: BuiltKernels.paths.indices)
  func file(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let start = machine.save()
    defer { machine.restore(start) }
    let space = try machine.newSpace()
    let range = KeyRange(0x400000, 0x403fff)
    try machine.map(MappingRequest(range, [.readable], file: 0), in: space, files: [try machine.newFile()])
    #expect(throws: KernelCallError.refused(22)) { try machine.watch(range, in: space) }
    var scenario = try ForkScenario.parse(
      Array("fork 1\nvma 0x1000...0x1fff userfault file 0\nfork 7.3\n".utf8), file: "script")
    #expect(scenario.lackedByKernels.map(\.name) == ["userfaultfd of a file"])
    scenario = scenario.ofKernels
    #expect(scenario.lackedByKernels.isEmpty && scenario.run(on: machine).refusedCalls == 0)
  }

  @Test(
    "each step fails, once and for ever: 6.1 tells of children that do not live, and no other law is broken",
    arguments: BuiltKernels.paths.indices)
  func everyStep(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let layouts = KernelSweep.standardLayouts.filter { $0.name == "watched" }
    var (others, faults, failed): ([String], Set<ForkLaw>, Set<KernelStep>) = ([], [], [])
    try KernelSweep(layouts: layouts, calls: [], observers: [nil]).run(on: machine) { trial in
      others += KernelSweep.surprises(in: trial, on: machine).map { "\(trial.name): \($0)" }
      faults.formUnion(trial.outcome.violations.map(\.law))
      failed.formUnion(trial.outcome.steps.failed)
      return true
    }
    #expect(others.isEmpty)
    #expect(failed.isSuperset(of: [.userfault, .memory, .userfaultEvent]))
    #expect(faults == (hasFault(machine) ? [.onlyChildrenAreTold] : []))
  }

  @Test("the script of the fault shows it in 6.1, and in no other version", arguments: BuiltKernels.paths.indices)
  func knownFault(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appendingPathComponent("corpus/linux-fork/refused-fork-tells-of-child.fork")
    let scenario = try ForkScenario.parse(Array(Data(contentsOf: file)), file: file.path)
    #expect(scenario.run(on: machine).laws == (hasFault(machine) ? [.onlyChildrenAreTold] : []))
    let passing = scenario.passingKnownFaults(of: machine)
    #expect(passing.count == (hasFault(machine) ? 1 : 0) && passing.scenario.run(on: machine).laws == [])
  }

  @Test("the model makes a context for each userfaultfd, as a kernel does", arguments: BuiltKernels.paths.indices)
  func model(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var scenario = try ForkScenario.parse(Array(Self.watched.utf8), file: "script")
    let calls = scenario.operations.count
    for index in 0...40 {
      let failure: ForkFailure = index == 0 ? .none : .step(UInt64(index), kind: nil, forever: index % 2 == 0)
      scenario.operations.append(.fork(ForkTrial(design: machine.design, failure: failure)))
    }
    let report = ForkLockstep(machine) { MapleTreeSubject(configuration: $0) }.run(scenario)
    #expect(report.violation == nil, "\(report.violation.map { "\($0)" } ?? "")")
    #expect(report.forks == scenario.operations.count - calls && report.table["step userfault: failed in both"] > 0)
  }
}
