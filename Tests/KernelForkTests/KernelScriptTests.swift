import AddressSpaceModel
import Foundation
import Harness
import KernelFork
import RangeMapCore
import Scenarios
import Testing

extension KernelTests {
  @Suite("Calls of fork scripts by a kernel's own code")
  struct ScriptTests {}
}

extension KernelTests.ScriptTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("corpus/linux-fork")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".fork") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// The fault that a script shows. One has a script for each call that shows it.
  private func faultName(_ name: String) -> String { name.hasSuffix("-without-end") ? "retry-without-progress" : name }

  private func scenario(_ text: String) throws -> ForkScenario {
    try ForkScenario.parse(Array("fork 1\n\(text)\n".utf8), file: "script")
  }

  @Test(
    "a script of what was found shows it in the kernels that have it, by the law that it names, and in no other",
    arguments: names, BuiltKernels.paths.indices)
  func found(_ name: String, _ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let bytes = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).fork"))
    let scenario = try ForkScenario.parse(Array(bytes), file: name)
    let report = scenario.run(on: machine)
    let fault = try #require(KernelFault.known.first { $0.name == faultName(name) })
    guard fault.kernels.contains(where: { machine.name.hasPrefix($0) }) else {
      #expect(report.violation == nil, "\(machine.name): \(report.violation.map { "\($0)" } ?? "")")
      return
    }
    // The node that an erasure takes for progress depends on the version.
    if report.violation == nil && name.hasSuffix("-without-end") { return }
    #expect(report.laws.contains(fault.law), "\(machine.name)")
    #expect(report.verdict(on: scenario.expectation) == .asExpected)
    let passed = scenario.run(on: machine, passesKnownFaults: true)
    #expect(passed.violation == nil && passed.table["known fault \(fault.name)"] == 1)
  }

  @Test("each known fault of a call has a script")
  func scripts() {
    #expect(Set(KernelFault.known.map(\.name)) == Set(Self.names.map(faultName)))
  }

  @Test(
    "what a call does stays, and what a refused one leaves is what the next line finds",
    arguments: BuiltKernels.paths.indices)
  func calls(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let scenario = try scenario(
      """
      vma 0x400000...0x407fff write
      touch 0x400000...0x407fff
      unmap 0x402000...0x402fff fail 1 of vma
      remap 0x402000...0x403fff to 0x500000
      lock 0x500000...0x500fff
      advise 0x404000...0x404fff dont-fork
      brk 0x600000
      brk 0x604000
      brk 0x601000
      vma 0x7fff00010000...0x7fff00010fff write grows-down
      grow 0x7fff0000c000
      fork 7.3
      unlock 0x500000...0x500fff
      protect 0x405000...0x405fff read
      fork 7.3 fail 3 of vma
      """)
    var told: [String] = []
    let report = scenario.run(on: machine, tell: { told.append($1) })
    #expect(report.violation == nil, "\(report.violation.map { "\($0)" } ?? "")")
    #expect(told[2].hasPrefix("refused at step ") && told[2].contains(", vma 1: out of memory"))
    // 0x400000, 0x404000, 0x405000, 0x500000, 0x501000, the heap and the stack, less what is not inherited.
    #expect(told[11].hasPrefix("forked, and the child of 6 vmas was torn down"), "\(told[11])")
    #expect(report.refusedCalls == 0 && report.checkedCalls == 10)
  }

  @Test("vm.max_map_count bounds the areas from its line on", arguments: BuiltKernels.paths.indices)
  func limit(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    let text = "vma 0x400000...0x407fff write\nlimit maps 1\nunmap 0x402000...0x402fff\nfork 7.3"
    #expect(try scenario(text).run(on: machine).refusedCalls == 1)
    // The limit is the script's own.
    #expect(try scenario(text.replacing("limit maps 1\n", with: "")).run(on: machine).refusedCalls == 0)
  }

  @Test("somebody looks in the middle of a call", arguments: BuiltKernels.paths.indices)
  func observed(_ place: Int) throws {
    let machine = try BuiltKernels.machine(place)
    var told: [String] = []
    let scenario = try scenario(
      "vma 0x400000...0x407fff write\ntouch 0x400000...0x407fff\nunmap 0x402000...0x402fff observe folio")
    let report = scenario.run(on: machine, tell: { told.append($1) })
    #expect(told.last?.hasPrefix("done; looked at ") == true, "\(told)")
    #expect(report.verdict(on: ForkExpectation.clean) == .asExpected)
  }

  @Test("a failure that a call has not is told, and decides nothing")
  func unreached() throws {
    let machine = try BuiltKernels.machine(0)
    let scenario = try scenario("vma 0x400000...0x407fff write\nunmap 0x400000...0x407fff fail 7 of policy")
    #expect(
      scenario.run(on: machine).verdict(on: nil)
        == .undecided(["'unmap 0x400000...0x407fff fail 7 of policy' failed nowhere: it has 0 steps of policy"]))
  }
}
