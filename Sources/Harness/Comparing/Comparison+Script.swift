import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// Runs a script.
  ///
  /// - Complexity: with `options.thorough` a walk of all nodes after each write, unless the tree is large.
  public static func run(
    _ script: Script, options: ComparisonOptions, makeFirst: @escaping (MapConfiguration) -> First,
    makeSecond: @escaping (MapConfiguration) -> Second
  ) -> ComparisonSummary {
    var comparison = Comparison(
      configuration: script.configuration, options: options, makeFirst: makeFirst, makeSecond: makeSecond)
    for operation in script.operations { if !comparison.perform(operation) { break } }
    comparison.finish()
    return comparison.summary
  }

  /// What came of the run so far.
  var summary: ComparisonSummary {
    var summary = ComparisonSummary()
    summary.operations = operations
    summary.walks = walks
    summary.skipped = skipped
    summary.differences = differences
    return summary
  }
}

extension RangeMap where Self: ~Copyable {
  /// The kinds of operations that a map says it has not, asked of an empty one.
  public static func unsupportedKinds(_ makeMap: (MapConfiguration) -> Self) -> Set<OperationKind> {
    var map = makeMap(MapConfiguration(tracksGaps: true))
    var next: UInt64 = 0
    let entry = Entry.value(1)
    let one = KeyRange.single(1)
    let trials: [(Operation, kinds: Set<OperationKind>)] = [
      (.lowestGap(size: 1, window: .all), [.lowestGap]), (.highestGap(size: 1, window: .all), [.highestGap]),
      (.allocateLowest(size: 1, window: .all, entry, .maySleep), [.allocateLowest]),
      (.allocateHighest(size: 1, window: .all, entry, .maySleep), [.allocateHighest]),
      (.allocateCyclic(window: .all, entry, .maySleep), [.allocateCyclic]), (.insert(one, entry, .maySleep), [.insert]),
      (.erase(1, .maySleep), [.erase]),
      (.prepare(one, entry, .maySleep), [.prepare, .storePrepared, .abandonPrepared]),
      (.abandonPrepared, []), (.beginBulk(expecting: 0, .maySleep), [.beginBulk, .bulkStore, .bulkFill, .endBulk]),
      (.endBulk, []), (.cursorStore(0, entry, .maySleep), [.cursorStore]), (.cursorErase(0, .maySleep), [.cursorErase]),
    ]
    var unsupported: Set<OperationKind> = []
    for (operation, kinds) in trials where map.call(operation, next: &next).error == .unsupported {
      unsupported.formUnion(kinds)
    }
    map.removeAll()
    var copy = makeMap(MapConfiguration(tracksGaps: true))
    do throws(RangeMapError) {
      try map.duplicate(into: &copy, policy: .maySleep)
    } catch {
      if error == .unsupported { unsupported.insert(.duplicate) }
    }
    return unsupported
  }
}
