import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

/// What an alteration needs to show, and the one group that it must be found in.
struct AlterationCase: Sendable, CustomStringConvertible {
  var alteration: AlteredTree.Alteration
  var group: DifferenceGroup
  var operations: [Operation]

  var description: String { "\(alteration)" }

  var script: Script { Script(configuration: MapConfiguration(tracksGaps: true), operations: operations) }

  func differences(_ one: AlteredTree.Alteration?, _ other: AlteredTree.Alteration?) -> [MapDifference] {
    Comparison.run(
      script, options: ComparisonOptions().thorough,
      makeFirst: { AlteredTree(configuration: $0, alteration: one) },
      makeSecond: { AlteredTree(configuration: $0, alteration: other) }
    ).differences
  }
}

private func store(_ first: UInt64, _ last: UInt64, _ policy: AllocationPolicy = .maySleep) -> Operation {
  .store(KeyRange(first, last), .value(1), policy)
}

private let cases: [AlterationCase] = [
  AlterationCase(alteration: .answer, group: DifferenceGroup(.result, .load), operations: [store(5, 9), .load(7)]),
  AlterationCase(
    alteration: .error, group: DifferenceGroup(.error, .insertion, detail: "no space / occupied"),
    operations: [store(5, 9), .insert(.single(9), .value(2), .maySleep), .load(5)]),
  AlterationCase(
    alteration: .cursorState, group: DifferenceGroup(.cursorState, .cursor),
    operations: [store(5, 9), .cursorSet(2, .single(5)), .cursorMove(2, .next, limit: 20), store(30, 31)]),
  AlterationCase(
    alteration: .content, group: DifferenceGroup(.content, .store),
    operations: [store(0, 0), store(9, 9), store(3, 3)]),
  AlterationCase(
    alteration: .shape, group: DifferenceGroup(.shape, .store), operations: [store(0, 1), store(3, 3), store(9, 9)]),
  AlterationCase(
    alteration: .nodesAskedFor, group: DifferenceGroup(.nodesAskedFor, .store), operations: [store(0, 1), store(3, 3)]),
  AlterationCase(
    alteration: .nodesTaken, group: DifferenceGroup(.nodesTaken, .store), operations: [store(0, 1), store(3, 3)]),
  AlterationCase(
    alteration: .nodesReserved, group: DifferenceGroup(.nodesReserved, .preparedStore),
    operations: [store(0, 1), .prepare(.single(4), .value(2), .maySleep), store(3, 3), .abandonPrepared]),
  AlterationCase(
    alteration: .nodesHeld, group: DifferenceGroup(.nodesHeld, .erasure),
    operations: [store(0, 1), store(3, 3), .erase(3, .maySleep)]),
  AlterationCase(
    alteration: .request, group: DifferenceGroup(.refusedRequest, .store),
    operations: [store(0, 1), .failAllocation(2, forever: true), store(3, 3), store(9, 9)]),
  AlterationCase(
    alteration: .otherWriter, group: DifferenceGroup(.otherWriter, .store),
    operations: [store(0, 1), .interlope(.single(20), .value(3)), .failAllocation(1, forever: false), store(3, 3)]),
  AlterationCase(
    alteration: .ownCheck, group: DifferenceGroup(.ownCheck, .store, detail: "first"),
    operations: [store(0, 1), store(3, 3)]),
]

/// What two maps are compared in: each thing by itself, and nothing where they are alike.
struct ComparisonTests {
  @Test("each alteration is found in its own group, and in no other", arguments: cases)
  func alteration(_ test: AlterationCase) {
    #expect(test.differences(test.alteration, nil).map(\.group) == [test.group])
  }

  @Test("the same script finds nothing of the same map twice", arguments: cases)
  func alike(_ test: AlterationCase) {
    #expect(test.differences(nil, nil).isEmpty)
    // Two maps that are wrong alike do not differ: what is right is another question.
    #expect(test.differences(test.alteration, test.alteration).isEmpty)
  }

  @Test("every alteration and every thing compared in the process has a case")
  func complete() {
    #expect(Set(cases.map(\.alteration)) == Set(AlteredTree.Alteration.allCases))
    #expect(Set(cases.map(\.group.aspect)) == Set(ComparedAspect.allCases).subtracting([.processEnd]))
  }

  @Test("what was not asked for is not compared")
  func aspectsAreLeftOut() {
    var options = ComparisonOptions().thorough
    options.comparesShapes = false
    options.comparesCounts = false
    for test in cases where [.otherShape, .otherCounts].contains(test.group.aspect.heading) {
      let found = Comparison.run(
        test.script, options: options, makeFirst: { AlteredTree(configuration: $0, alteration: test.alteration) },
        makeSecond: { AlteredTree(configuration: $0) }
      ).differences
      let isOfRequests = [.request, .otherWriter].contains(test.alteration)
      #expect(found.isEmpty != isOfRequests, "\(test)")
    }
  }

  @Test("in lockstep nodes still count, but for orders and reserves that nobody promises", arguments: cases)
  func lockstep(_ test: AlterationCase) {
    var options = ComparisonOptions().thorough
    options.isLockstep = true
    let found = Comparison.run(
      test.script, options: options, makeFirst: { AlteredTree(configuration: $0) },
      makeSecond: { AlteredTree(configuration: $0, alteration: test.alteration) }
    ).differences.map(\.group.aspect)
    let isLeftOut = [.request, .otherWriter, .nodesReserved].contains(test.alteration)
    #expect(found == (isLeftOut ? [] : [test.group.aspect]))
  }

  @Test("a kind that one of the two has not is counted, and made on neither")
  func skipped() {
    var options = ComparisonOptions()
    options.skippedKinds = [.load]
    let summary = Comparison.run(
      cases[0].script, options: options, makeFirst: { AlteredTree(configuration: $0, alteration: .answer) },
      makeSecond: { AlteredTree(configuration: $0) })
    #expect(summary.differences.isEmpty)
    #expect(summary.skipped == [.load: 1])
    #expect(summary.operations == 1)
  }

  @Test("after a call that lacked memory on one side, both hold the same again, and the run goes on")
  func goodAgain() {
    var operations = cases.first { $0.alteration == .request }?.operations ?? []
    operations += [.load(3), store(40, 41), .verify]
    let script = Script(operations: operations)
    let summary = Comparison.run(
      script, options: ComparisonOptions().thorough,
      makeFirst: { AlteredTree(configuration: $0, alteration: .request) },
      makeSecond: { AlteredTree(configuration: $0) })
    #expect(summary.differences.map(\.group.aspect) == [.refusedRequest])
    #expect(summary.operations == 5)
  }

  @Test("a prepared store that no longer fits on one side is made good")
  func preparedStore() {
    // Which of the algorithms splits at the second store decides whether the plan still fits.
    let script = Script(operations: [
      .fill(count: 7, first: 1, stride: 4, width: 3, .value(1)), .prepare(.single(2), .value(2), .maySleep),
      .storePrepared, .verify, .load(2),
    ])
    let summary = Comparison.run(
      script, options: ComparisonOptions().thorough,
      makeFirst: { MapleTreeSubject(configuration: $0, rebuildRule: .toTheRoot) },
      makeSecond: { MapleTreeSubject(configuration: $0, rebuildRule: .copiedByLevel) })
    #expect(!summary.differences.contains { $0.group.aspect.heading == .otherAnswer })
  }

  @Test("counts are not told once the shapes have parted, and shapes again after they have met")
  func partedShapes() {
    let fills: [Operation] = [.fill(count: 40, first: 1, stride: 4, width: 3, .value(1)), .removeAll]
    let script = Script(operations: fills + fills + fills)
    var comparison = Comparison(
      configuration: script.configuration, options: ComparisonOptions().thorough,
      makeFirst: { MapleTreeSubject(configuration: $0, rebuildRule: .toTheRoot) },
      makeSecond: { MapleTreeSubject(configuration: $0, rebuildRule: .copiedByLevel) })
    for operation in script.operations { comparison.perform(operation) }
    #expect(comparison.differences.contains { $0.group == DifferenceGroup(.shape, .store) })
    #expect(comparison.partings >= 3)
  }
}
