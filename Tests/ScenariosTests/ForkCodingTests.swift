import AddressSpaceModel
import Operations
import RangeMapCore
import Testing

@testable import Scenarios

@Suite("Fork scenarios as bytes")
struct ForkCodingTests {
  @Test(arguments: ForkCorpusTests.files)
  func aScriptIsDecodedAsItWasEncoded(_ name: String) throws {
    let scenario = try ForkCorpusTests.scenario(name)
    #expect(ForkCoding.decode(ForkCoding.encode(scenario)) == scenario)
  }

  @Test func generatedScenariosAreDecodedAsTheyWereEncoded() {
    var generator = ForkScenarioGenerator(seed: 6, designs: ForkDesignName.allCases)
    for _ in 0..<500 {
      let scenario = generator.next()
      #expect(ForkCoding.decode(ForkCoding.encode(scenario)) == scenario)
    }
  }

  @Test func anyBytesAreAScenarioThatSurvivesTextAndBytes() throws {
    var random = SeededGenerator(seed: 7)
    var kinds: Set<ForkOperation.Kind> = []
    var laws: Set<ForkLaw> = []
    for _ in 0..<2_000 {
      let bytes = (0..<random.below(200)).map { _ in random.oneIn(8) ? 0xff : UInt8(random.below(256)) }
      let scenario = ForkCoding.decode(bytes)
      kinds.formUnion(scenario.operations.map(\.kind))
      if case .violation(let law) = scenario.expectation { laws.insert(law) }
      #expect(ForkCoding.decode(ForkCoding.encode(scenario)) == scenario)
      #expect(try ForkScenario.parse(Array(scenario.text.utf8), file: "again") == scenario)
    }
    #expect(kinds == Set(ForkOperation.Kind.allCases) && laws == Set(ForkLaw.allCases))
  }

  @Test func mutationDependsOnTheSeedAloneAndReachesEveryKindFlagAndStep() throws {
    var bytes = ForkCoding.encode(ForkScenario())
    var kinds: Set<ForkOperation.Kind> = []
    var flags: VmaFlags = []
    var steps: Set<ForkFailure.Steps> = []
    var left = 0
    for seed in UInt64(0)..<6_000 {
      let mutated = bytes.withUnsafeBytes { ForkMutator.mutate($0, greatestSize: 4096, seed: seed) }
      #expect(mutated == bytes.withUnsafeBytes { ForkMutator.mutate($0, greatestSize: 4096, seed: seed) })
      guard let mutated else {
        left += 1
        continue
      }
      bytes = mutated
      let scenario = ForkCoding.decode(bytes)
      #expect(bytes.count <= 4096 && scenario.operations.count <= ForkLimits.fuzzedOperations)
      for operation in scenario.operations {
        kinds.insert(operation.kind)
        flags.formUnion(operation.request.flags)
        steps.insert(operation.trial.failure.steps)
      }
    }
    #expect(kinds == Set(ForkOperation.Kind.allCases))
    #expect(VmaFlags.names.allSatisfy { flags.contains($0.flag) })
    #expect(steps.count == FailureKind.allCases.count + 2)
    #expect((400..<1_200).contains(left))
  }

  @Test func aMutatedPartKeepsToItsLine() {
    var random = SeededGenerator(seed: 8)
    let line = ForkLine(.touch(KeyRange(0x1000, 0x2fff), order: 3))
    var changed = 0
    for _ in 0..<500 {
      var mutated = line
      ForkLine.table.mutate(&mutated, as: ForkOperation.Kind.touch.rawValue, from: line, using: &random)
      if mutated.operation != line.operation { changed += 1 }
      let range = mutated.operation.request.range
      #expect(range.first & 0xfff == 0 && range.last & 0xfff == 0xfff && range.last < AddressLayout.userEnd)
      #expect((range.countLessOne >> 12) < ForkLimits.touchedPages && (0...9).contains(mutated.operation.order))
      #expect(mutated.operation.trial.design == line.operation.trial.design && mutated.operation.request.flags == [])
    }
    #expect(changed > 250)
  }

  @Test func crossingOverTakesARunOfTheOthersLines() {
    var generator = ForkScenarioGenerator(seed: 9, designs: ForkDesignName.allCases)
    for seed in UInt64(0)..<200 {
      let (first, second) = (generator.next(), generator.next())
      let (one, other) = (ForkCoding.encode(first), ForkCoding.encode(second))
      let joined = one.withUnsafeBytes { one in
        other.withUnsafeBytes { ForkMutator.crossOver(one, $0, greatestSize: 1 << 16, seed: seed) }
      }
      let scenario = ForkCoding.decode(joined)
      #expect(scenario.geometry == first.geometry)
      #expect(scenario.operations.allSatisfy { first.operations.contains($0) || second.operations.contains($0) })
    }
  }

  @Test func aFuzzersScenarioIsSmallAndHasItsDesigns() {
    let script = ForkScenario(
      operations: [.touch(KeyRange(0, 0xfff_ffff), order: 0), .fork(ForkTrial(design: .oneByOne))])
    let bounded = script.bounded(designs: [.duplicateAndTearDown])
    #expect(bounded.operations[0].request.range == KeyRange(0, 1_920 * 0x1000 - 1))
    #expect(bounded.operations[1].trial.design == .duplicateAndTearDown)
  }

  @Test func theDictionaryHasARecordOfEachLine() {
    let lines = ForkCoding.dictionary().split(separator: "\n").filter { !$0.hasPrefix("#") }
    for line in lines {
      #expect(line.wholeMatch(of: /[A-Za-z0-9_]+="(\\x[0-9a-f]{2})+"/) != nil, "\(line)")
    }
    #expect(lines.count > ForkLine.table.forms.count)
  }
}
