import RangeMapCore

/// What a map holds in the place of how it came to hold it.
///
/// Many failures want a tree of some size and shape, and then an operation or two. The thousands of operations that
/// made the tree are hard to take out one by one, for each bears a little on the shape. A map that is filled in order,
/// with as many entries or with another number of them, often does as well.
extension ShrinkSearch<Script> {
  /// Scripts of fewer calls are left to the other passes.
  private static var leastCalls: UInt64 { 40 }
  /// How many operations before the failure stay as they are.
  private static var suffixes: [Int] { [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 512] }

  mutating func rebuild() {
    guard hasHints, script.callCount > Self.leastCalls else { return }
    rebuildAsStores()
    if script.callCount > Self.leastCalls { rebuildAsFill() }
  }

  /// Stores of what the map holds, in order, before the last operations.
  private mutating func rebuildAsStores() {
    for length in Self.suffixes where length < script.operations.count && mayGoOn {
      let (prefix, suffix) = script.parts(suffix: length)
      let stores = (hint(of: prefix) ?? []).map { Operation.store($0.range, $0.entry, .maySleep) }
      guard stores.count + length < script.operations.count else { continue }
      for state in prefix.state {
        let candidate = Script(configuration: script.configuration, operations: stores + state + suffix)
        if accept(candidate) { return }
      }
    }
  }

  /// One fill before the last operations, whose indices move to where they are in the same place among the entries.
  private mutating func rebuildAsFill() {
    var ends: [ScriptEnd] = []
    for length in Self.suffixes.prefix(8) where length < script.operations.count {
      let (prefix, suffix) = script.parts(suffix: length)
      let items = hint(of: prefix) ?? []
      for state in prefix.state { ends.append(ScriptEnd(items: items, operations: state + suffix)) }
    }
    // The other passes want their part of the calls.
    let reserve = callsLeft / 2
    let configuration = script.configuration
    let isBulk = script.operations.contains { $0.kind == .bulkStore || $0.kind == .bulkFill }
    for count in FillShape.counts where count + 1 < script.callCount {
      for end in ends {
        for shape in FillShape.all(count: count) where mayGoOn {
          if callsLeft < reserve { return }
          if accept(Script(configuration: configuration, operations: [shape.fill] + shape.moved(end))) { return }
          guard isBulk else { continue }
          let begin = Operation.beginBulk(expecting: count, .maySleep)
          if accept(Script(configuration: configuration, operations: [begin, shape.bulkFill] + shape.moved(end))) {
            return
          }
        }
      }
    }
  }
}

extension Script {
  /// The script in front of its last operations, and these.
  fileprivate func parts(suffix length: Int) -> (prefix: Script, suffix: [Operation]) {
    let place = operations.count - length
    return (Script(configuration: configuration, operations: Array(operations[..<place])), Array(operations[place...]))
  }

  /// What there is beside the content when the script has ended, as operations that make it so: none of it, or readers,
  /// reader mode, a prepared store and bulk mode.
  fileprivate var state: [[Operation]] {
    let kinds: Set<OperationKind> = [.enterReader, .leaveReader, .setReadCopyUpdate, .prepare, .beginBulk]
    let state = operations.filter { kinds.contains($0.kind) }.suffix(4)
    return state.isEmpty ? [[]] : [[], Array(state)]
  }
}

/// The last operations of a script, and what the map held before them.
private struct ScriptEnd {
  var items: [MapItem]
  var operations: [Operation]
}

/// A fill that takes the place of what a map held.
private struct FillShape {
  var count: UInt64
  var stride: UInt64
  var width: UInt64

  private static let entry = Entry(nonNullWord: 1 << 12)

  /// The numbers of entries that are tried: each about a sixteenth more than the one before, so that a node's worth of
  /// entries more or less is not stepped over.
  static let counts: [UInt64] = Array(
    sequence(first: 4) { count -> UInt64? in count < 6_000 ? count + max(1, count / 16) : nil })

  /// Single indices with gaps between them, ranges with gaps, single indices without.
  static func all(count: UInt64) -> [FillShape] {
    [
      FillShape(count: count, stride: 2, width: 1), FillShape(count: count, stride: 10, width: 6),
      FillShape(count: count, stride: 1, width: 1),
    ]
  }

  var fill: Operation { .fill(count: UInt16(count), first: 0, stride: stride, width: width, Self.entry) }
  var bulkFill: Operation { .bulkFill(count: UInt16(count), first: 0, stride: stride, width: width, Self.entry) }

  /// The operations with their indices moved.
  func moved(_ end: ScriptEnd) -> [Operation] {
    end.operations.map { operation in
      var fields = operation
      fields.mapIndices { image(of: $0, among: end.items) }
      return fields.normalized
    }
  }

  /// An index in the same place of the same entry, or of the same gap, by the entries' order.
  private func image(of index: UInt64, among items: [MapItem]) -> UInt64 {
    if index == .max { return .max }
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].range.last < index { low = middle + 1 } else { high = middle }
    }
    func place(_ item: Int) -> UInt64 { UInt64(item) * count / UInt64(max(1, items.count)) * stride }
    if low < items.count, items[low].range.first <= index {
      let range = items[low].range
      if index == range.first { return place(low) }
      return place(low) + (index == range.last ? width - 1 : (width - 1) / 2)
    }
    if low == items.count {
      // Behind all entries.
      let distance = items.last.map { min(index - $0.range.last, stride) } ?? min(index + 1, stride)
      return count * stride - stride + width - 1 + distance
    }
    if index + 1 == items[low].range.first { return max(place(low), 1) - 1 }
    guard low > 0 else { return 0 }
    let gap = stride - width
    return place(low - 1) + width + (index == items[low - 1].range.last + 1 ? 0 : gap / 2)
  }
}
