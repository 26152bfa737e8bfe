import RangeMapCore

/// A range and what a map holds there.
public struct MapItem: Hashable, Sendable {
  public var range: KeyRange
  public var entry: Entry

  public init(range: KeyRange, entry: Entry) {
    self.range = range
    self.entry = entry
  }
}

extension Script: ShrinkableScript {
  /// What a map holds after a script.
  public typealias Hint = [MapItem]

  /// What the map holds takes the place of how it came to hold it, and all operations of a kind go at once.
  public static func cutDown(_ search: inout ShrinkSearch<Script>) {
    search.removeKinds()
    search.makeAttemptsOnce()
    search.removeOperations(downTo: search.script.operations.count / 16)
    search.rebuild()
  }

  /// Runs of stores become fills, indices move together, and each operation gets shorter ranges, smaller numbers,
  /// plainer entries and policies.
  public static func simplify(_ search: inout ShrinkSearch<Script>) {
    search.removeOperations(downTo: 1)
    search.removePairs()
    search.foldStores()
    search.simplifyConfiguration()
    search.compressIndices()
    search.unifyEntries()
    search.simplifyValues()
  }
}

extension ShrinkSearch<Script> {
  mutating func simplifyConfiguration() {
    for flag in ScriptText.flags where script.configuration[keyPath: flag.set] {
      var candidate = script
      candidate.configuration[keyPath: flag.set] = false
      accept(candidate)
    }
    // Reader mode from the start says the same in a word less.
    let isOn: (Operation) -> Bool = { $0 == .setReadCopyUpdate(true) }
    if !script.configuration.usesReadCopyUpdate, script.operations.contains(where: isOn) {
      let operations = script.operations
      var candidate = script.without { isOn(operations[$0]) }
      candidate.configuration.usesReadCopyUpdate = true
      accept(candidate)
    }
  }

  /// Moves all indices down together: what lies between the ends of the script's ranges becomes a few indices wide, so
  /// that the order and the neighbourhood of ranges stay as they are.
  mutating func compressIndices() {
    var points: Set<UInt64> = []
    for operation in script.operations {
      points.formUnion(operation.indices.filter { $0 != .max })
      let isRange = operation.kind.fields.contains(.range)
      if isRange, operation.range.last != .max { points.insert(operation.range.last + 1) }
    }
    let ascending = points.sorted()
    guard let lowest = ascending.first else { return }
    let scales: [(base: UInt64, greatest: UInt64)] = [
      (0, 1), (1, 1), (0, 2), (2, 2), (4, 4), (16, 16), (256, 256), (4096, 4096),
    ]
    for (base, greatest) in scales {
      var images: [UInt64: UInt64] = [:]
      var image = min(lowest, base)
      var previous = lowest
      for point in ascending {
        image += min(point - previous, greatest)
        images[point] = image
        previous = point
      }
      var candidate = script
      candidate.operations = script.operations.map { operation in
        var fields = operation
        fields.mapIndices { $0 == .max ? .max : images[$0] ?? $0 }
        return fields.normalized
      }
      if accept(candidate) { return }
    }
  }

  /// Renames the entries to `a`, `b`, `c` in the order in which they come.
  mutating func unifyEntries() {
    var names: [Entry: Entry] = [:]
    var candidate = script
    candidate.operations = script.operations.map { operation in
      var fields = operation
      guard let entry = fields.entry else { return operation }
      fields.entry = names[entry] ?? Entry(nonNullWord: UInt64(names.count + 1) << 12)
      names[entry] = fields.entry
      return fields.normalized
    }
    if names.count <= 26 { accept(candidate) }
  }

  /// Makes each operation as plain as it can be.
  mutating func simplifyValues() {
    var place = script.operations.count - 1
    while place >= 0, mayGoOn {
      simplifyOperation(at: place)
      place -= 1
    }
  }
}

extension Operation {
  /// All values that are indices.
  var indices: [UInt64] {
    var indices: [UInt64] = []
    if kind.fields.contains(.index) { indices.append(range.first) }
    if kind.fields.contains(.range) { indices += [range.first, range.last] }
    if kind.fields.contains(.limit) { indices.append(number) }
    return indices
  }

  /// Replaces all values that are indices.
  mutating func mapIndices(_ image: (UInt64) -> UInt64) {
    if !kind.fields.isDisjoint(with: [.index, .range]) { range.first = image(range.first) }
    if kind.fields.contains(.range) { range.last = image(range.last) }
    if kind.fields.contains(.limit) { number = image(number) }
  }
}
