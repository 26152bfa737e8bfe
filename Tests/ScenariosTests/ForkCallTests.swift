import AddressSpaceModel
import Harness
import MapleTreeModule
import RangeMapCore
import Testing

@testable import Scenarios

/// Calls of fork scripts on the model: what it does, refuses and leaves out.
@Suite("Calls in fork scripts")
struct ForkCallTests {
  private func run(_ lines: String) throws -> (report: ForkReport, verdict: ForkVerdict) {
    let scenario = try ForkScenario.parse(Array("fork 1\n\(lines)\n".utf8), file: "calls")
    let report = scenario.run { MapleTreeSubject(configuration: $0) }
    return (report, report.verdict(on: scenario.expectation))
  }

  @Test("the model moves, grows and shrinks areas, locks them, and takes advice that is about areas")
  func done() throws {
    let (report, verdict) = try run(
      """
      vma 0x1000...0x4fff write
      touch 0x1000...0x4fff
      remap 0x2000...0x2fff to 0x8000
      remap 0x8000...0x8fff to 0x8000 size 0x3000
      remap 0x8000...0xafff to 0x8000 size 0x1000
      remap 0x3000...0x4fff to 0x10000 keep
      lock 0x1000...0x1fff
      unlock 0x1000...0x1fff
      advise 0x8000...0x8fff dont-fork
      fork 7.3
      fork 7.3 fail 1 of vma
      """)
    #expect(report.refusedCalls == 0 && report.calls == 9 && report.violation == nil)
    #expect(verdict == .asExpected)
  }

  @Test(
    "a call is refused at the step that fails, and the fork after it finds nothing wrong",
    arguments: [
      "vma 0x1000...0x1fff write fail 1 of vma", "unmap 0x2000...0x2fff fail 1 of tree",
      "protect 0x2000...0x2fff read fail 1", "remap 0x2000...0x2fff to 0x8000 fail 1 of charge",
      "remap 0x1000...0x3fff to 0x8000 fail 2 of tree", "lock 0x2000...0x2fff fail 1 of vma",
    ])
  func refused(_ line: String) throws {
    let (report, verdict) = try run(
      "vma 0x1000...0x3fff write\ntouch 0x1000...0x3fff\n\(line)\nfork 7.3\nfork 7.3 fail 1 of vma")
    #expect(report.table["operation \(line.prefix { $0 != " " }): refused"] == 1)
    // Who asked for it is not surprised.
    #expect(report.refusedCalls == 0 && report.checkedCalls == 1 && report.violation == nil)
    #expect(verdict == .asExpected)
  }

  @Test("a failure that a call does not come to decides nothing")
  func unreached() throws {
    let (_, verdict) = try run("vma 0x1000...0x1fff write\nunmap 0x1000...0x1fff fail 9 of policy\nfork 7.3")
    #expect(
      verdict == .undecided(["'unmap 0x1000...0x1fff fail 9 of policy' failed nowhere: it has 0 steps of policy"]))
  }

  @Test(
    "what the model has not is left out, and told",
    arguments: [
      ("brk 0x600000", "call brk"), ("grow 0x600000", "call grow"), ("advise 0x1000...0x1fff free", "advice free"),
      ("unmap 0x1000...0x1fff observe folio", "observer of a call"),
      ("unmap 0x1000...0x1fff fail 1 of node-request", "node-request in a call"),
    ])
  func lacking(_ line: String, _ name: String) throws {
    let (_, verdict) = try run("vma 0x1000...0x2fff write\n\(line)\nfork 7.3")
    #expect(verdict == .undecided(["the model has no \(name): 1 line"]))
  }

  @Test("as many areas are there as a limit allows")
  func limit() throws {
    let lines = "vma 0x1000...0x3fff write\nlimit maps 1\nunmap 0x2000...0x2fff\nvma 0x8000...0x8fff\nfork 7.3"
    #expect(try run(lines).report.refusedCalls == 2)
    #expect(try run(lines.replacing("maps 1", with: "maps 3")).report.refusedCalls == 0)
  }

  @Test("scenarios of kernels have each call, refused or looked at, before and between forks; those of the model none")
  func generated() {
    var ofKernels = ForkScenarioGenerator(seed: 1, designs: [.duplicateAndTearDown], isOfKernels: true)
    var ofModel = ForkScenarioGenerator(seed: 1, designs: [.duplicateAndTearDown])
    var (kinds, refused, observed, between): (Set<ForkOperation.Kind>, Set<ForkOperation.Kind>, Int, Int) = (
      [], [], 0, 0
    )
    var observers: Set<ForkObserver> = []
    for _ in 0..<400 {
      let operations = ofKernels.next().operations
      let firstFork = operations.firstIndex(where: \.isFork) ?? 0
      between += operations[firstFork...].count { !$0.isFork }
      for operation in operations {
        kinds.insert(operation.kind)
        if let observer = operation.trial.observation?.observer { observers.insert(observer) }
        guard !operation.isFork else { continue }
        if operation.trial.failure != .none { refused.insert(operation.kind) }
        if operation.trial.observation != nil { observed += 1 }
      }
      #expect(ofModel.next().operations.allSatisfy { $0.isFork || !$0.isTried })
    }
    #expect(kinds == Set(ForkOperation.Kind.allCases))
    #expect(refused == kinds.subtracting([.pin, .fork, .swap, .limit]))
    #expect(observed > 100 && between > 100)
    #expect(observers == Set(ForkObserver.ofKernels))
  }
}
