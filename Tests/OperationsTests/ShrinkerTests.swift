import RangeMapCore
import Testing

@testable import Operations

struct ShrinkerTests {
  private let a = Entry(nonNullWord: 0x1000)

  @Test func `one operation of a kind is left, as plain as can be`() {
    for kind in OperationKind.allCases {
      let operation = Samples.operations.first { $0.kind == kind }!
      var script = Samples.generated(seed: 11, count: 200)
      script.operations.removeAll { $0.kind == kind }
      script.operations.insert(operation, at: 100)
      let shrunk = Shrinker.shrink(script) { $0.operations.contains { $0.kind == kind } }
      // A bound goes with the write that it is for.
      #expect(shrunk.operations.map(\.kind) == (kind == .atMost ? [.atMost, .store] : [kind]))
      #expect(shrunk.configuration == MapConfiguration())
    }
  }

  @Test func `values come down to the bound that the failure needs`() {
    let script = Samples.generated(seed: 12, count: 300)
    let withStore = Script(
      configuration: script.configuration,
      operations: script.operations + [.store(KeyRange(0x5000, 0x7fff), Entry(nonNullWord: 0x406a), .atomic)])
    // A store of at least 100 indices that begins at 1000 or above.
    let shrunk = Shrinker.shrink(withStore) { candidate in
      candidate.operations.contains { operation in
        let range = operation.range
        return operation.kind == .store && range.isValid && range.countLessOne >= 99 && range.first >= 1000
      }
    }
    #expect(shrunk == Script(operations: [.store(KeyRange(1000, 1099), a, .maySleep)]))
  }

  @Test func `neighbouring ranges move together, and different entries stay different`() {
    let first = KeyRange(0x7fff_f7a0_0000, 0x7fff_f7a0_3fff)
    let second = KeyRange(0x7fff_f7a0_4000, 0x7fff_f7a0_4fff)
    let script = Script(operations: [
      .store(first, .value(77), .atomic), .verify, .store(second, Entry(nonNullWord: 0x9_9990), .maySleep), .verify,
    ])
    let shrunk = Shrinker.shrink(script) { candidate in
      let stores = candidate.operations.filter { $0.kind == .store }
      return zip(stores, stores.dropFirst()).contains {
        $0.range.last + 1 == $1.range.first && $0.entry != $1.entry
      }
    }
    #expect(
      shrunk
        == Script(operations: [
          .store(KeyRange(0, 0), a, .maySleep), .store(KeyRange(1, 1), Entry(nonNullWord: 0x2000), .maySleep),
        ]))
  }

  @Test func `pairs that need each other go together`() {
    var operations: [Operation] = [.enterReader, .load(5), .store(.single(9), a, .maySleep), .leaveReader, .verify]
    operations += operations
    let shrunk = Shrinker.shrink(Script(operations: operations)) { candidate in
      let enters = candidate.operations.count { $0 == .enterReader }
      return enters == candidate.operations.count { $0 == .leaveReader } && candidate.operations.contains(.verify)
    }
    #expect(shrunk.operations == [.verify])
  }

  @Test func `the result is minimal: nothing can be taken from it`() {
    func fails(_ script: Script) -> Bool {
      script.operations.count { $0.kind == .erase } >= 3 && script.operations.contains { $0.kind == .duplicate }
        && script.configuration.tracksGaps
    }
    for seed in UInt64(0)..<20 {
      var script = Samples.generated(seed: seed, count: 500)
      script.configuration.tracksGaps = true
      script.operations.insert(.duplicate(.atomic), at: Int(seed) * 7)
      script.operations += Array(repeating: .erase(.max, .atomic), count: 3)
      let shrunk = Shrinker.shrink(script, fails: fails)
      #expect(shrunk.operations.count == 4 && fails(shrunk))
      #expect(shrunk.operations.filter { $0.kind == .erase } == Array(repeating: .erase(0, .maySleep), count: 3))
      #expect(shrunk.configuration == MapConfiguration(tracksGaps: true))
    }
  }

  @Test func `operations that matter only in their order are kept in it`() {
    let script = Samples.generated(seed: 14, count: 1_000)
    let order: [OperationKind] = [.store, .cursorMove, .load]
    func fails(_ script: Script) -> Bool {
      var rest = order[...]
      for operation in script.operations where operation.kind == rest.first { rest.removeFirst() }
      return rest.isEmpty
    }
    let padded = Script(
      operations: script.operations + [.store(.all, nil, .atomic), .cursorMove(2, .find, limit: 7), .load(9)])
    #expect(Shrinker.shrink(padded, fails: fails).operations.map(\.kind) == order)
  }

  @Test func `no more attempts are made than allowed, and the result fails whenever it stops`() {
    var script = Samples.generated(seed: 15, count: 400)
    script.operations += [.store(.all, nil, .atomic), .verify, .store(.single(9), a, .maySleep)]
    func fails(_ script: Script) -> Bool { script.operations.count { $0.kind == .store } >= 2 }
    for attempts in [0, 1, 2, 10, 100, 1_000] {
      var calls = 0
      let shrunk = Shrinker.shrink(script, attempts: attempts) { candidate in
        calls += 1
        return fails(candidate)
      }
      #expect(calls <= attempts)
      #expect(attempts == 0 ? shrunk == script : fails(shrunk))
    }
  }

  @Test func `a script that does not fail comes back as it is, and shrinking is deterministic`() {
    let script = Samples.generated(seed: 16, count: 100)
    #expect(Shrinker.shrink(script) { _ in false } == script)
    func fails(_ script: Script) -> Bool {
      ScriptText.print(script).utf8.count % 7 == 3 || script.operations.count > 30
    }
    #expect(Shrinker.shrink(script, fails: fails) == Shrinker.shrink(script, fails: fails))
    #expect(Shrinker.shrink(script) { _ in true } == Script())
  }

  /// Takes a store for as many nodes as its range has indices, as a subject might, and says whether a bound is passed.
  private func exceedsBound(_ script: Script) -> Bool {
    var bound: UInt64?
    for operation in script.operations {
      switch operation.kind {
      case .atMost: bound = operation.number
      case .store:
        if let bound, operation.range.countLessOne + 1 > bound { return true }
        bound = nil
      default: break
      }
    }
    return false
  }

  @Test func `reader mode that is switched on becomes the tree's own`() {
    let script = Script(operations: [.setReadCopyUpdate(true), .store(.single(5), a, .maySleep), .verify])
    let shrunk = Shrinker.shrink(script) { candidate in
      let hasMode =
        candidate.configuration.usesReadCopyUpdate || candidate.operations.contains(.setReadCopyUpdate(true))
      return hasMode && candidate.operations.contains(.verify)
    }
    #expect(shrunk == Script(configuration: MapConfiguration(usesReadCopyUpdate: true), operations: [.verify]))
  }

  @Test func `a bound stays as it is, for it is what the script claims`() {
    let script = Script(operations: [
      .store(KeyRange(0, 99), a, .maySleep), .atMost(nodes: 7), .load(3), .store(KeyRange(0x5000, 0x50ff), a, .atomic),
      .verify,
    ])
    #expect(
      Shrinker.shrink(script, fails: exceedsBound)
        == Script(operations: [.atMost(nodes: 7), .store(KeyRange(0, 7), a, .maySleep)]))
  }

  @Test func `a bound does not pass to another write when its own is taken out`() {
    // The first store keeps its bound, and the second has none: only the third passes the bound that was set for it.
    let script = Script(operations: [
      .atMost(nodes: 2), .store(KeyRange(0, 1), a, .maySleep), .store(KeyRange(8, 0xf), a, .maySleep),
      .atMost(nodes: 40), .store(KeyRange(0, 0x30), a, .maySleep),
    ])
    #expect(
      Shrinker.shrink(script, fails: exceedsBound)
        == Script(operations: [.atMost(nodes: 40), .store(KeyRange(0, 40), a, .maySleep)]))
    #expect(script.without { $0 == 1 }.operations == Array(script.operations[2...]))
    #expect(script.without { $0 == 0 }.operations == Array(script.operations[1...]))
  }
}
