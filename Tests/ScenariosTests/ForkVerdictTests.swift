import AddressSpaceModel
import MapleTreeModule
import Testing

@testable import Scenarios

@Suite("What a fork script is worth")
struct ForkVerdictTests {
  private func verdict(_ lines: String) throws -> ForkVerdict {
    let scenario = try ForkScenario.parse(Array("fork 1\n\(lines)".utf8), file: "x.fork")
    return scenario.run { MapleTreeSubject(configuration: $0) }.verdict(on: scenario.expectation)
  }

  private static let vma = "vma 0x1000...0x1fff write\n"

  @Test func isNothingWithoutAFork() throws {
    #expect(try verdict("expect clean\n") == .undecided(["no fork was tried"]))
    #expect(try verdict("\(Self.vma)expect clean\n") == .undecided(["no fork was tried"]))
    #expect(try verdict("\(Self.vma)fork 7.3\nexpect clean\n") == .asExpected)
  }

  @Test func isNothingIfAllCallsAreRefused() throws {
    let touch = "touch 0x8000...0x8fff\n"
    #expect(
      try verdict("\(touch)fork 7.3\nexpect clean\n") == .undecided(["the one call before the forks was refused"]))
    #expect(
      try verdict("\(touch)pin 0x9000\nfork 7.3\n") == .undecided(["each of 2 calls before the forks was refused"]))
    #expect(try verdict("\(touch)\(Self.vma)fork 7.3\nexpect clean\n") == .asExpected)
  }

  @Test(arguments: [
    ("fail 200 of tree", "1 steps of tree"), ("fail 200 of tree forever", "1 steps of tree"),
    ("fail 2000", "6 steps that can fail"), ("fail 9 of node-request", "1 requests for nodes"),
  ])
  func isNothingIfItsFailureNeverComes(_ failure: String, _ steps: String) throws {
    let reason = "'fork 7.3 \(failure)' failed nowhere: it has \(steps)"
    #expect(try verdict("\(Self.vma)fork 7.3 \(failure)\nexpect clean\n") == .undecided([reason]))
    #expect(try verdict("\(Self.vma)fork 7.3 fail 1 of tree\nfork 7.3 \(failure)\n") == .undecided([reason]))
  }

  @Test("an observer that only kernels have is told, and never counts as one that found nothing")
  func observersOfKernels() throws {
    for observer in ForkObserver.allCases where !ForkObserver.ofModel.contains(observer) {
      #expect(
        try verdict("\(Self.vma)fork 7.3 fail 1 of vma observe \(observer.rawValue)\nexpect clean\n")
          == .undecided(["the model has no observer \(observer.rawValue): 1 line"]))
    }
  }

  @Test func isWhatCameAgainstWhatWasExpected() throws {
    let observed = "\(Self.vma)fork 6.12 fail 1 of vma observe swap-off\n"
    let law = "observers-see-only-live-vmas"
    #expect(try verdict("\(observed)expect violation \(law)\n") == .asExpected)
    #expect(try verdict("\(observed)expect violation nothing-left\n") == .notAsExpected)
    #expect(try verdict("\(observed)expect clean\n") == .notAsExpected)
    #expect(try verdict("\(Self.vma)fork 7.3 fail 1\nexpect violation nothing-left\n") == .notAsExpected)
    // A violation that nobody expected counts, whatever else was not tried.
    #expect(try verdict("touch 0x8000...0x8fff\n\(Self.vma)\(observed)") == .notAsExpected)
  }
}
