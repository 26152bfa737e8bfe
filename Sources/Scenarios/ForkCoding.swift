import AddressSpaceModel
import Operations
import RangeMapCore

/// Fork scenarios as bytes, for a fuzzer: any bytes are some scenario.
///
/// The first byte says whether the tree is tiny. Records follow, one a line; `LineTable` has their form.
public enum ForkCoding {
  /// Makes a scenario of any bytes; never traps.
  public static func decode(
    _ bytes: UnsafeRawBufferPointer, limit: Int = ForkLimits.operations
  ) -> ForkScenario {
    var scenario = ForkScenario(geometry: (bytes.first ?? 0) & 1 == 0 ? .tiny : .linux64)
    var reader = RecordReader(bytes, from: 1)
    var line = ForkLine()
    while scenario.operations.count < limit, let place = ForkLine.table.read(&line, from: &reader) {
      scenario.add(line, place)
      line = ForkLine()
    }
    return scenario
  }

  public static func decode(_ bytes: [UInt8], limit: Int = ForkLimits.operations) -> ForkScenario {
    bytes.withUnsafeBytes { decode($0, limit: limit) }
  }

  /// The bytes of a scenario: `decode` makes the same scenario of them.
  public static func encode(_ scenario: ForkScenario) -> [UInt8] {
    var writer = RecordWriter()
    writer.append(scenario.geometry == .tiny ? 0 : 1)
    for (line, place) in scenario.lines { ForkLine.table.write(line, as: place, to: &writer) }
    return writer.bytes
  }

  /// A dictionary for libFuzzer.
  public static func dictionary() -> String { ForkLine.table.dictionary(ForkLine()) }
}

extension ForkScenario {
  /// The scenario so small that no input of a fuzzer takes long, with designs that it may choose from.
  /// - Parameter observers: those that may look; `nil` for those of each design.
  public func bounded(designs: [ForkDesignName], observers: [ForkObserver]? = nil) -> ForkScenario {
    var scenario = self
    scenario.operations = Array(operations.prefix(ForkLimits.fuzzedOperations))
    for place in scenario.operations.indices {
      let operation = scenario.operations[place]
      let greatest = operation.request.range.first + ForkLimits.fuzzedPages << AddressLayout.pageShift - 1
      if operation.kind == .touch || operation.kind == .swap {
        scenario.operations[place].request.range.last = min(operation.request.range.last, greatest)
      }
      if operation.kind == .fork, !designs.contains(operation.trial.design) {
        let index = ForkDesignName.allCases.firstIndex(of: operation.trial.design) ?? 0
        scenario.operations[place].trial.design = designs[index % designs.count]
      }
      if let observer = operation.trial.observation?.observer,
        !(observers ?? scenario.operations[place].trial.design.observers).contains(observer)
      {
        scenario.operations[place].trial.observation = nil
      }
    }
    return scenario
  }
}
