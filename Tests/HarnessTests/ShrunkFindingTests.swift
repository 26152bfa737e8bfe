import Harness
import Operations
import RangeMapCore
import SeededDefects
import SortedArrayOracle
import Testing

/// A map that does all as it should until it holds many entries. Emptied in reader mode it then breaks a law, as a
/// kernel's tree does.
private struct CrowdedSubject: OracleBackedSubject {
  static let greatestCount = 119

  var base: SortedArrayOracle
  private var isBroken = false

  init(configuration: MapConfiguration) { base = SortedArrayOracle(configuration: configuration) }

  mutating func removeAll() {
    isBroken = isBroken || configuration.usesReadCopyUpdate && base.entryCount > Self.greatestCount
    base.removeAll()
  }

  func brokenLaws() -> [String] { isBroken ? ["emptied: at \(base.entryCount) entries"] : [] }
}

@Suite("Shrinking a finding")
struct ShrunkFindingTests {
  /// Generated operations, and what they end in.
  private func long(seed: UInt64, ending: [Operation] = []) -> Script {
    let kind = MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true)
    var generator = OperationGenerator(seed: seed, configuration: kind)
    let operations = (0..<2_500).map { _ in generator.next() }
      .filter { $0.kind != .removeAll && $0.kind != .setReadCopyUpdate }
    return Script(configuration: kind, operations: operations + ending)
  }

  private func finding(_ script: Script) -> Finding<Script>? {
    Runner<CrowdedSubject>.violation(of: script, options: .fast) { CrowdedSubject(configuration: $0) }
      .map { Finding(script: script, violation: $0) }
  }

  @Test("makes a fill of what a long run stored, in few calls", arguments: [3, 4] as [UInt64])
  func fill(seed: UInt64) throws {
    let stores = (0..<200).map { Operation.store(.single(($0 * 7919) % 4001 << 20), .value($0), .maySleep) }
    let found = try #require(finding(long(seed: seed, ending: stores + [.removeAll])))
    var calls: UInt64 = 0
    let smallest = found.shrunk { script, isThorough in
      calls += script.callCount
      return Runner<CrowdedSubject>.violation(of: script, options: isThorough ? .thorough : .fast) {
        CrowdedSubject(configuration: $0)
      }
    }
    #expect(smallest.stop == nil)
    #expect(calls < 500_000)
    #expect(smallest.script.configuration == MapConfiguration(usesReadCopyUpdate: true))
    #expect(
      smallest.script.operations
        == [.fill(count: 120, first: 0, stride: 1, width: 1, Entry(nonNullWord: 0x1000))])
  }

  @Test("makes the attempts of a sweep once")
  func sweep() throws {
    let kind = MapConfiguration(usesReadCopyUpdate: true)
    let stores = (0..<150).map { Operation.store(.single($0 * 3), .value($0), .maySleep) }
    let sweep = FailureSweep(Script(configuration: kind, operations: stores)) { CrowdedSubject(configuration: $0) }
    let found = try #require(sweep.run().finding)
    var attempted = found
    // A subject that asks for no memory is not refused any: a sweep of one that does has these attempts too.
    attempted.script.operations = found.script.operations.flatMap { operation -> [Operation] in
      guard operation.kind == .store else { return [operation] }
      let refused = (1...3 as ClosedRange<UInt64>).flatMap { [Operation.failAllocation($0, forever: true), operation] }
      return [.interlope(.single(1), nil)] + refused + [operation]
    }
    let smallest = attempted.shrunk { CrowdedSubject(configuration: $0) }
    #expect(smallest.script.operations.count == 1 && smallest.script.callCount == 120)
  }

  @Test("ends at its limit of calls with the best so far, and says so")
  func limit() throws {
    let stores = (0..<200).map { Operation.store(.single($0 * 3), .value($0), .maySleep) }
    let found = try #require(finding(long(seed: 7, ending: stores + [.removeAll])))
    for calls in [100, 10_000] as [UInt64] {
      let limits = ShrinkLimits(calls: calls)
      let smallest = found.shrunk(limits: limits) { CrowdedSubject(configuration: $0) }
      #expect(smallest.stop == .limit)
      #expect(smallest == found.shrunk(limits: limits) { CrowdedSubject(configuration: $0) })
      #expect(smallest.report(savedAs: nil, replay: "replay").contains("shrinking ended at its limit of calls"))
      #expect(finding(smallest.script)?.violation.kind == .brokenLaw)
    }
  }

  @Test("ends when it is asked to, with the best so far")
  func asked() throws {
    let stores = (0..<200).map { Operation.store(.single($0 * 3), .value($0), .maySleep) }
    let found = try #require(finding(long(seed: 7, ending: stores + [.removeAll])))
    var trials = 0
    let limits = ShrinkLimits(shouldStop: { trials >= 10 }, progress: { attempts, _ in trials = attempts })
    let smallest = found.shrunk(limits: limits) { CrowdedSubject(configuration: $0) }
    #expect(trials == 10)
    #expect(smallest.stop == .asked)
    #expect(smallest.script.operations.count < found.script.operations.count)
    #expect(finding(smallest.script)?.violation.kind == .brokenLaw)
  }

  @Test("does not take one failed check for another")
  func signature() {
    func signature(_ found: String, _ kind: ViolationKind = .brokenLaw, expected: String = "no broken law") -> String {
      Violation(kind: kind, operationIndex: 0, operation: "clear", expected: expected, found: found).signature
    }
    #expect(signature("gaps agree: node 5 has 7") == signature("gaps agree: node 6 has 9; root useful: 1"))
    #expect(signature("gaps agree: node 5") != signature("root useful: node 5"))
    #expect(signature("BUG_ON(a) in f(), line 12") == signature("BUG_ON(a) in f(), line 14"))
    #expect(signature("BUG_ON(a) in f(), line 12") != signature("BUG_ON(b) in f(), line 12"))
    #expect(
      signature("error: no space", .wrongError, expected: "success")
        != signature("success", .wrongError, expected: "error: no space"))
    #expect(
      signature("index 0x5", .wrongError, expected: "error: occupied(by: a)")
        == signature("index 0x6", .wrongError, expected: "error: occupied(by: b)"))
  }
}
