import RangeMapCore

/// How often each kind of operation comes in one run.
///
/// Swarm testing: each run leaves some features out and makes others more frequent. A fault that needs many of one
/// kind, or none of another, is then found sooner than by runs that are all alike.
enum OperationWeights {
  /// A table of kinds, each in it as often as it is likely.
  static func table(for configuration: MapConfiguration, using random: inout SeededGenerator) -> [OperationKind] {
    var isOn = OperationFeature.allCases.map { _ in !random.oneIn(4) }
    // What writes without any condition must not be all gone.
    let (store, insert) = (OperationFeature.store.rawValue, OperationFeature.insert.rawValue)
    if !isOn[store], !isOn[insert] { isOn[store] = true }
    let shifts = OperationFeature.allCases.map { _ in random.below(4) }
    var weights: [(kind: OperationKind, weight: UInt64)] = []
    for kind in OperationKind.allCases {
      let row = kind.row
      let feature = row.feature.rawValue
      // What is rare stays so.
      var weight = row.weight <= 2 ? row.weight : row.weight << shifts[feature]
      if !configuration.tracksGaps, row.traits.contains(.needsGaps) { weight = 2 }
      if configuration.hasExternalLock, kind == .interlope { weight = 0 }
      if isOn[feature], weight > 0 { weights.append((kind, weight)) }
    }
    let sum = weights.reduce(0) { $0 + $1.weight }
    var table: [OperationKind] = []
    table.reserveCapacity(2048)
    for (kind, weight) in weights {
      table.append(contentsOf: repeatElement(kind, count: Int(max(1, weight * 2048 / sum))))
    }
    return table
  }
}
