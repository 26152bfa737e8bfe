import Operations
import RangeMapCore
import Testing

struct OperationCodingTests {
  @Test(arguments: Samples.configurations)
  func `a script is decoded as it was encoded`(configuration: MapConfiguration) {
    let script = Script(configuration: configuration, operations: Samples.operations)
    #expect(OperationCoding.decode(OperationCoding.encode(script)) == script)
  }

  @Test func `generated and arbitrary scripts are decoded as they were encoded`() {
    for seed in UInt64(0)..<500 {
      let script = Samples.generated(seed: seed, count: 100)
      #expect(OperationCoding.decode(OperationCoding.encode(script)) == script)
      let other = Samples.arbitrary(seed: seed, count: 100)
      #expect(OperationCoding.decode(OperationCoding.encode(other)) == other)
    }
  }

  @Test func `every number near a power of two or a page survives`() {
    for exponent in 0..<64 {
      for distance in 0..<40 as Range<UInt64> {
        for number in [
          1 << exponent &+ distance, 1 << exponent &- distance, distance << exponent, ~(distance << exponent),
        ] {
          let script = Script(operations: [.load(number), .store(KeyRange(number, .max), nil, .maySleep)])
          #expect(OperationCoding.decode(OperationCoding.encode(script)) == script)
        }
      }
    }
  }

  @Test func `any bytes decode to a script that survives text and bytes`() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let bytes = Samples.bytes(count: Int(random.below(200)), using: &random)
      let script = OperationCoding.decode(bytes)
      #expect(OperationCoding.decode(OperationCoding.encode(script)) == script)
      #expect(try ScriptText.parse(Array(ScriptText.print(script).utf8), file: "x.maple") == script)
    }
  }

  @Test func `every kind of operation is reached from random bytes`() {
    var random = SeededGenerator(seed: 3)
    let script = OperationCoding.decode(Samples.bytes(count: 200_000, using: &random))
    #expect(script.operations.count > 700)
    #expect(Set(script.operations.map(\.kind)) == Set(OperationKind.allCases))
  }

  @Test func `no bytes are the plainest script, and the limit holds`() {
    #expect(OperationCoding.decode([UInt8]()) == Script())
    #expect(OperationCoding.decode([9, 0xff, 0xff]) == Script(configuration: .init(tracksGaps: true, geometry: .tiny)))
    let script = Script(operations: Array(repeating: .verify, count: 5_000))
    #expect(OperationCoding.decode(OperationCoding.encode(script)).operations.count == 4_096)
    #expect(OperationCoding.decode(OperationCoding.encode(script), limit: 7).operations.count == 7)
    #expect(OperationCoding.decode(OperationCoding.encode(script), limit: .max) == script)
  }

  @Test func `usual operations are small`() {
    let small = Script(operations: [.store(KeyRange(0x10, 0x1f), Entry(word: 0x1000), .maySleep)])
    #expect(OperationCoding.encode(small).count == 1 + 5)
    let pages = Script(operations: [.store(KeyRange(0x7fff_f7a0_0000, 0x7fff_f7a0_0fff), Entry(word: 0x1000), .atomic)])
    #expect(OperationCoding.encode(pages).count <= 1 + 8)
  }

  @Test func `a changed, lost or added byte changes two operations at most`() {
    var random = SeededGenerator(seed: 4)
    for seed in UInt64(0)..<50 {
      let script = Samples.generated(seed: seed, count: 50)
      let bytes = OperationCoding.encode(script)
      for _ in 0..<100 {
        var edited = bytes
        let place = 1 + Int(random.below(UInt64(bytes.count - 1)))
        switch random.below(3) {
        case 0: edited[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: edited.remove(at: place)
        default: edited.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
        let operations = OperationCoding.decode(edited).operations
        let before = zip(operations, script.operations).prefix { $0 == $1 }.count
        let after = zip(operations.reversed(), script.operations.reversed()).prefix { $0 == $1 }.count
        #expect(before + after >= script.operations.count - 2)
        #expect(abs(operations.count - script.operations.count) <= 1)
      }
    }
  }

  @Test func `fills are cut to a bound that all of them share`() {
    func fill(_ count: UInt16) -> Operation { .fill(count: count, first: 1, stride: 2, width: 1, .zero) }
    let script = Script(operations: [fill(60), .verify, fill(60), fill(60)])
    #expect(script.boundingFills(to: 100).operations == [fill(60), .verify, fill(40), fill(0)])
    #expect(script.boundingFills(to: 180) == script)
    let bulk = Operation.bulkFill(count: 60, first: 1, stride: 2, width: 1, .zero)
    #expect(
      Script(operations: [fill(60), bulk]).boundingFills(to: 100).operations == [
        fill(60), .bulkFill(count: 40, first: 1, stride: 2, width: 1, .zero),
      ])
  }

  @Test func `a bound on nodes is left out of a fuzzer's script, for it was not chosen`() {
    let script = Script(operations: [.atMost(nodes: 0), .fill(count: 3, first: 1, stride: 2, width: 1, .zero)])
    #expect(
      script.boundingFills(to: 2).operations == [.fill(count: 2, first: 1, stride: 2, width: 1, .zero)])
  }

  @Test func `the kinds that kept bytes name have their numbers for ever`() {
    #expect(OperationKind.load.rawValue == 0)
    #expect(OperationKind.verify.rawValue == 33)
    #expect(OperationKind.atMost.rawValue == 34)
    #expect(OperationKind.bulkFill.rawValue == 35)
  }

  @Test func `the dictionaries have a line for each kind and word, in libFuzzer's form`() {
    let records = OperationCoding.dictionary()
    for kind in OperationKind.allCases { #expect(records.contains("\n\(kind)_maySleep=\"\\x")) }
    for line in (records + ScriptText.dictionary()).split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /([A-Za-z0-9_]+=)?"(\\x[0-9a-f]{2}|[ !#-\[\]-~])+"/) != nil, "\(line)")
    }
  }
}
