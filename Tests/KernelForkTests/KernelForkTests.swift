import AddressSpaceModel
import Foundation
import KernelFork
import RangeMapCore
import Scenarios
import Testing

/// The libraries that `make linux-fork` has built.
enum BuiltKernels {
  /// One machine for each library, for all tests: a library cannot be started twice. The suites are serialized.
  private nonisolated(unsafe) static let machines = Result {
    try paths.map { try KernelMachine(path: $0) }
  }

  static func machine(_ place: Int) throws -> KernelMachine { try machines.get()[place] }

  static let paths: [String] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/linux-fork")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return versions.sorted().map { root.appendingPathComponent("\($0)/libmaplecheck-fork-plain.so").path }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }()
}

/// What runs a kernel's own code, one test after the other: a machine is used from one thread.
@Suite("Kernels", .enabled(if: !BuiltKernels.paths.isEmpty, "make linux-fork builds it"), .serialized)
enum KernelTests {}

extension KernelTests {
  @Suite("A kernel's own fork")
  struct ForkTests {}
}

/// A kernel's own fork, by its own files.
extension KernelTests.ForkTests {
  /// Areas of all kinds, of which one is not copied and one is not inherited with its pages.
  private static let script = """
    fork 1
    vma 0x400000...0x403fff read write
    vma 0x600000...0x603fff read write file 0
    vma 0x7f0000000000...0x7f0000003fff read write shared file 1
    vma 0x7f0000400000...0x7f0000403fff read write dont-copy
    vma 0x7f0000800000...0x7f0000803fff read write wipe-on-fork
    vma 0x7f0000900000...0x7f0000903fff read write locked
    vma 0x7fff00000000...0x7fff00003fff read write policy
    touch 0x400000...0x403fff
    touch 0x600000...0x603fff
    touch 0x7f0000000000...0x7f0000003fff
    touch 0x7f0000800000...0x7f0000803fff
    touch 0x7fff00000000...0x7fff00003fff
    pin 0x7fff00002000

    """

  /// Forks without a failure, and with each step failing: one more than there are, so that the last one is not reached.
  private func forks(_ observer: ForkObserver?, forever: Bool, upTo count: UInt64) -> [ForkOperation] {
    (0...count).map { index in
      .fork(
        ForkTrial(
          design: .duplicateAndMark, failure: index == 0 ? .none : .step(index, kind: nil, forever: forever),
          observation: observer.map { ForkObservation($0) }))
    }
  }

  @Test(
    "each step fails, once and for ever, with and without an observer, and every law holds",
    arguments: BuiltKernels.paths.indices, [nil] + [ForkObserver.reverseMap, .swapOff, .reaper].map(Optional.some))
  func sweep(_ place: Int, _ observer: ForkObserver?) throws {
    let machine = try BuiltKernels.machine(place)
    for forever in [false, true] {
      for generations in [0, 2] {
        var scenario = try ForkScenario.parse(Array(Self.script.utf8), file: "script")
        let calls = scenario.operations.count
        scenario.operations += forks(observer, forever: forever, upTo: 120)
        let report = scenario.run(on: machine, generations: generations)
        let found = report.violation.map { "step \($0.operation - calls): \($0.violations)" } ?? ""
        #expect(report.violation == nil, "\(machine.name), generation \(generations): \(found)")
        #expect(report.refusedCalls == 0)
        #expect(report.failedForks >= 30)
        #expect(!report.unreached.isEmpty)
        // A failure for ever reaches no step that a single one does not.
        #expect(report.unreached.first?.operation == calls + report.forks - report.unreached.count)
      }
    }
  }

  @Test("the state that is kept is the state that comes back", arguments: BuiltKernels.paths.indices)
  func isDeterministic(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var scenario = try ForkScenario.parse(Array(Self.script.utf8), file: "script")
    scenario.operations += forks(nil, forever: false, upTo: 60)
    let first = scenario.run(on: machine)
    let second = scenario.run(on: machine)
    #expect(first.failedForks == second.failedForks)
    #expect(first.unreached == second.unreached)
  }

  @Test(
    "6.12 erases an area that is not copied without end, if all memory is refused",
    arguments: BuiltKernels.paths.indices)
  func erasureWithoutEnd(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var scenario = ForkScenario()
    for number in 0..<60 {
      let start = 0x400000 + UInt64(number) * 0x2000
      let flags: VmaFlags = number % 5 == 0 ? [.readable, .writable] : [.readable, .writable, .dontCopy]
      scenario.operations.append(.map(MappingRequest(KeyRange(start, start + 0xfff), flags), hasPolicy: false))
    }
    scenario.operations += forks(nil, forever: true, upTo: 200)
    let report = scenario.run(on: machine)
    if machine.name.hasPrefix("Linux 6.12.") {
      let violations = report.violation?.violations ?? []
      #expect(violations.contains { $0.detail == "a request that is refused is made again without end" })
    } else {
      #expect(report.violation == nil)
    }
  }

  @Test("unmap and protect split an area as the system calls do", arguments: BuiltKernels.paths.indices)
  func calls(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let start = machine.save()
    defer { machine.restore(start) }
    let space = try machine.newSpace()
    try machine.map(
      MappingRequest(KeyRange(0x400000, 0x407fff), [.readable, .writable]), in: space, files: [])
    try machine.unmap(KeyRange(0x402000, 0x402fff), in: space)
    try machine.protect(KeyRange(0x404000, 0x404fff), .readable, in: space)
    let areas = machine.areas(of: space)
    #expect(
      areas.map(\.range) == [
        KeyRange(0x400000, 0x401fff), KeyRange(0x403000, 0x403fff), KeyRange(0x404000, 0x404fff),
        KeyRange(0x405000, 0x407fff),
      ])
    #expect(areas.map { $0.flags.contains(.writable) } == [true, true, false, true])
    #expect(throws: KernelCallError.refused(14)) { try machine.touch(.single(0x404000), writing: true, in: space) }
  }

  @Test("an observer that the machine has not is told, and never counts as one that found nothing")
  func unobserved() throws {
    let machine = try BuiltKernels.machine(0)
    var scenario = try ForkScenario.parse(Array(Self.script.utf8), file: "script")
    scenario.operations += forks(.migration, forever: false, upTo: 2)
    #expect(scenario.run(on: machine).lacking == ["a kernel's machine has no observer migration: 3 lines"])
    #expect(scenario.ofKernels.operations.allSatisfy { $0.trial.observation == nil })
    #expect(scenario.ofKernels.lackedByKernels.isEmpty)
    #expect(ForkObserver.allCases.filter { !$0.isOfKernels } == [.migration])
  }

  @Test("a library is one machine")
  func secondStart() throws {
    _ = try BuiltKernels.machine(0)
    #expect(throws: KernelForkError.notStarted(path: BuiltKernels.paths[0], reason: "it runs already in this process"))
    {
      try KernelMachine(path: BuiltKernels.paths[0])
    }
  }
}

/// What is no kernel's fork is refused in one line.
@Suite("A library that is no kernel's fork")
struct KernelForkErrorTests {
  @Test("a file that is not there")
  func missing() {
    #expect(throws: KernelForkError.missing(path: "/nowhere/fork.so")) { try KernelMachine(path: "/nowhere/fork.so") }
  }

  @Test("a file that is no library")
  func noLibrary() {
    let error = #expect(throws: KernelForkError.self) { try KernelMachine(path: #filePath) }
    #expect(error?.description.hasPrefix("\(#filePath): cannot be loaded: ") == true)
  }

  @Test("a library of another kind")
  func otherLibrary() {
    #expect(throws: KernelForkError.noEntry(path: "/lib/x86_64-linux-gnu/libm.so.6")) {
      try KernelMachine(path: "/lib/x86_64-linux-gnu/libm.so.6")
    }
  }
}
