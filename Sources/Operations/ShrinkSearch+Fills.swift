import RangeMapCore

/// Runs of stores become fills.
extension ShrinkSearch<Script> {
  /// Runs of fewer calls stay as they are.
  private static var fewestCalls: UInt64 { 3 }

  /// Makes fills of runs of stores: the longest run first, halves of what cannot be one.
  mutating func foldStores() {
    var isChanged = true
    while isChanged && mayGoOn {
      isChanged = false
      for run in StoreRun.all(of: script).sorted(by: { $0.places.count > $1.places.count }) {
        if fold(run) {
          isChanged = true
          break
        }
      }
    }
  }

  private mutating func fold(_ run: StoreRun) -> Bool {
    let calls = script.operations[run.places].reduce(0) { $0 + $1.callCount }
    guard run.places.count > 1, calls >= Self.fewestCalls, mayGoOn else { return false }
    for fill in run.fills(in: script) {
      var candidate = script
      candidate.operations.replaceSubrange(run.places, with: [fill])
      if accept(candidate) { return true }
    }
    let middle = run.places.lowerBound + run.places.count / 2
    return fold(StoreRun(places: run.places.lowerBound..<middle, isBulk: run.isBulk))
      || fold(StoreRun(places: middle..<run.places.upperBound, isBulk: run.isBulk))
  }
}

/// Stores that follow each other in a script.
private struct StoreRun {
  var places: Range<Int>
  var isBulk: Bool

  /// The longest runs of stores, and of those in bulk mode.
  static func all(of script: Script) -> [StoreRun] {
    var runs: [StoreRun] = []
    for (place, operation) in script.operations.enumerated() {
      guard let isBulk = operation.storesEntriesInBulk else { continue }
      if let last = runs.last, last.places.upperBound == place, last.isBulk == isBulk {
        runs[runs.count - 1].places = last.places.lowerBound..<(place + 1)
      } else {
        runs.append(StoreRun(places: place..<(place + 1), isBulk: isBulk))
      }
    }
    return runs
  }

  /// Fills that might do for the run: over the same indices, and from the first of them in the plainest steps.
  func fills(in script: Script) -> [Operation] {
    let operations = script.operations[places]
    let count = operations.reduce(0) { $0 + $1.callCount }
    guard count <= UInt64(UInt16.max) else { return [] }
    let ends = operations.flatMap { operation -> [UInt64] in
      operation.kind.isFill ? [operation.index] : [operation.range.first, operation.range.last]
    }
    let (lowest, highest) = (ends.min() ?? 0, ends.max() ?? 0)
    let first = operations[places.lowerBound]
    let step = count > 1 ? (highest - lowest) / (count - 1) : 1
    let width = !first.kind.isFill && first.range.isValid ? first.range.countLessOne &+ 1 : first.width
    var fields = Operation(isBulk ? .bulkFill : .fill)
    fields.entry = first.entry
    fields.number = count
    var fills: [Operation] = []
    let second = operations.count > 1 ? operations[places.lowerBound + 1].range.first : lowest
    for (stride, width) in [
      (second > first.range.first ? second - first.range.first : 0, width), (step, min(width, step)), (step, 1),
      (2, 1), (10, 6), (1, 1),
    ] where stride > 0 && width > 0 {
      fields.range.first = lowest
      (fields.stride, fields.width) = (stride, width)
      if !fills.contains(fields.normalized) { fills.append(fields.normalized) }
    }
    return fills
  }
}
