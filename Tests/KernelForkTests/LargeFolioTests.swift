import AddressSpaceModel
import Harness
import KernelFork
import MapleTreeModule
import RangeMapCore
import Scenarios
import Testing

extension KernelTests {
  @Suite("Folios of many pages, by a kernel's own code")
  struct LargeFolioTests {}
}

extension KernelTests.LargeFolioTests {
  private static let first: UInt64 = 0x400000

  /// The entries of an area of writable memory that came in folios of one order, of its child, and of itself after
  /// that.
  private func fork(
    order: Int, pinned: Bool = false, on machine: KernelMachine
  ) throws -> (before: [KernelPage], child: [KernelPage], after: [KernelPage]) {
    let start = machine.save()
    defer { machine.restore(start) }
    let space = try machine.newSpace()
    let range = KeyRange(Self.first, Self.first + 0x1fffff)
    try machine.map(MappingRequest(range, [.readable, .writable]), in: space, files: [])
    try machine.touch(
      KeyRange(Self.first, Self.first + 0x1000 << UInt64(order) - 1), writing: true, order: order, in: space)
    if pinned { try machine.pin(Self.first + 0x3000, in: space) }
    let before = machine.pages(of: space, machine.areas(of: space)).map(\.page)
    let child = try machine.fork(space)
    let copied = machine.pages(of: child, machine.areas(of: child)).map(\.page)
    try machine.put(child)
    return (before, copied, machine.pages(of: space, machine.areas(of: space)).map(\.page))
  }

  @Test("a fork copies the entries of a folio at once, and counts each of them", arguments: BuiltKernels.paths.indices)
  func batch(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    guard machine.hasLargeFolios else { return }
    let (before, child, after) = try fork(order: 4, on: machine)
    #expect(before.map(\.frame) == Array(before[0].frame..<before[0].frame + 16))
    #expect(before.allSatisfy { $0.order == 4 && $0.references == 16 && $0.mappings == 16 && $0.isWritable })
    #expect(child.map(\.frame) == before.map(\.frame))
    #expect(child.allSatisfy { $0.order == 4 && $0.references == 32 && $0.mappings == 32 && !$0.isWritable })
    #expect(after.allSatisfy { $0.order == 4 && $0.references == 16 && $0.mappings == 16 })
  }

  @Test("a fork copies the one entry of a huge page", arguments: BuiltKernels.paths.indices)
  func huge(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    guard machine.hasLargeFolios else { return }
    let (before, child, after) = try fork(order: 9, on: machine)
    #expect(before.count == 512 && before.allSatisfy { $0.isHuge && $0.references == 1 && $0.mappings == 1 })
    #expect(child.count == 512 && child.allSatisfy { $0.isHuge && $0.references == 2 && $0.mappings == 2 })
    #expect(after.count == 512 && after.allSatisfy { $0.isHuge && $0.references == 1 })
  }

  @Test(
    "a folio with a pinned page is copied page by page; a huge one is taken apart before",
    arguments: BuiltKernels.paths.indices, [4, 9])
  func pinned(_ place: Int, _ order: Int) throws {
    let machine = try BuiltKernels.machine(place)
    guard machine.hasLargeFolios else { return }
    let (before, child, after) = try fork(order: order, pinned: true, on: machine)
    #expect(child.count == before.count && Set(child.map(\.frame)).isDisjoint(with: before.map(\.frame)))
    #expect(child.allSatisfy { $0.order == 0 && $0.references == 1 && !$0.isHuge })
    #expect(after.map(\.frame) == before.map(\.frame) && after.allSatisfy { $0.isWritable && !$0.isHuge })
  }

  @Test("each step of a fork of large folios fails, and no law is broken", arguments: BuiltKernels.paths.indices)
  func everyStep(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let layouts = KernelSweep.standardLayouts.filter { $0.name == "large folios" }
    var (others, failed): ([String], Set<KernelStep>) = ([], [])
    try KernelSweep(layouts: layouts, calls: [], observers: [nil, .folio]).run(on: machine) { trial in
      others += KernelSweep.surprises(in: trial, on: machine).map { "\(trial.name): \($0)" }
      failed.formUnion(trial.outcome.steps.failed)
      return true
    }
    #expect(others.isEmpty)
    #expect(failed.isSuperset(of: [.table, .vma]))
  }

  @Test("a script with large folios decides nothing on a kernel without them", arguments: BuiltKernels.paths.indices)
  func without(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let scenario = try ForkScenario.parse(
      Array("fork 1\nvma 0x400000...0x40ffff write\ntouch 0x400000...0x40ffff order 4\nfork 7.3\n".utf8), file: "script"
    )
    let report = scenario.run(on: machine)
    #expect(
      report.lacking == (machine.hasLargeFolios ? [] : ["a kernel's machine has no large folios: 1 line"]))
    #expect(scenario.adapted(to: machine).lacked(by: machine).isEmpty)
    // Kernel: THP_ORDERS_ALL_ANON.
    let two = try ForkScenario.parse(
      Array("fork 1\nvma 0x400000...0x40ffff write\ntouch 0x400000...0x40ffff order 1\nfork 7.3\n".utf8), file: "script"
    )
    #expect(two.run(on: machine).lacking == ["a kernel's machine has no folio of two pages: 1 line"])
  }

  @Test(
    "the model has the same folios as a kernel, and copies them by the same steps",
    arguments: BuiltKernels.paths.indices)
  func model(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var scenario = try ForkScenario.parse(
      Array(
        """
        fork 1
        vma 0x400000...0x42ffff read write
        touch 0x400000...0x42ffff order 4
        unmap 0x404000...0x405fff
        pin 0x421000
        vma 0x600000...0x60ffff read write userfault
        touch 0x600000...0x60ffff order 3

        """.utf8), file: "script")
    let calls = scenario.operations.count
    for index in 0...40 {
      let failure: ForkFailure = index == 0 ? .none : .step(UInt64(index), kind: nil, forever: index % 2 == 0)
      scenario.operations.append(.fork(ForkTrial(design: machine.design, failure: failure)))
    }
    let report = ForkLockstep(machine) { MapleTreeSubject(configuration: $0) }.run(scenario)
    #expect(report.violation == nil, "\(report.violation.map { "\($0)" } ?? "")")
    #expect(report.forks == scenario.operations.count - calls && report.table["step folio: failed in both"] > 0)
  }
}
