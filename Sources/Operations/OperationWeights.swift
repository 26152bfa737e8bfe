import RangeMapCore

/// How often each kind of operation comes in one run.
///
/// Swarm testing: each run leaves some features out and makes others more frequent. A fault that needs many of one
/// kind, or none of another, is then found sooner than by runs that are all alike.
enum OperationWeights {
  /// Kinds that make sense only together are left out together.
  private enum Feature: Int, CaseIterable {
    case load, search, neighbours, gaps, store, insert, erase, allocation, clear, readerMode, duplicate, fill
    case prepared, bulk, cursor, cursorWrites, failure, interloper, readers, verify
  }

  private static func feature(of kind: OperationKind) -> Feature {
    switch kind {
    case .load: .load
    case .find, .findAfter: .search
    case .next, .previous: .neighbours
    case .lowestGap, .highestGap: .gaps
    case .store: .store
    case .insert: .insert
    case .erase: .erase
    case .allocateLowest, .allocateHighest, .allocateCyclic: .allocation
    case .removeAll: .clear
    case .setReadCopyUpdate: .readerMode
    case .duplicate: .duplicate
    case .fill: .fill
    case .prepare, .storePrepared, .abandonPrepared: .prepared
    case .beginBulk, .bulkStore, .bulkFill, .endBulk: .bulk
    case .cursorSet, .cursorMove, .cursorPause, .cursorReset: .cursor
    case .cursorStore, .cursorErase: .cursorWrites
    case .failAllocation: .failure
    case .interlope: .interloper
    case .enterReader, .leaveReader: .readers
    case .verify, .atMost: .verify
    }
  }

  /// The weight of a kind where nothing is left out. Operations that cost as much as the map is large are rare.
  private static func usual(_ kind: OperationKind) -> UInt64 {
    switch kind {
    case .store: 220
    case .cursorMove: 120
    case .erase: 80
    case .load, .insert: 60
    case .cursorSet, .cursorStore: 40
    case .find, .findAfter, .next, .previous, .prepare: 25
    case .lowestGap, .highestGap, .allocateLowest, .allocateHighest, .allocateCyclic, .cursorErase: 20
    case .failAllocation: 12
    case .interlope, .storePrepared: 6
    case .cursorPause, .cursorReset, .abandonPrepared: 5
    case .enterReader, .leaveReader: 4
    case .beginBulk, .bulkStore, .endBulk, .fill, .duplicate: 2
    case .removeAll, .setReadCopyUpdate, .verify: 1
    // What a bound should be is not known of every subject, and bulk mode's plan stores one by one.
    case .atMost, .bulkFill: 0
    }
  }

  private static func isRare(_ kind: OperationKind) -> Bool { usual(kind) <= 2 }

  /// A table of kinds, each in it as often as it is likely.
  static func table(for configuration: MapConfiguration, using random: inout SeededGenerator) -> [OperationKind] {
    var isOn = Feature.allCases.map { _ in !random.oneIn(4) }
    // What writes without any condition must not be all gone.
    if !isOn[Feature.store.rawValue], !isOn[Feature.insert.rawValue] { isOn[Feature.store.rawValue] = true }
    let shifts = Feature.allCases.map { _ in random.below(4) }
    var weights: [(kind: OperationKind, weight: UInt64)] = []
    for kind in OperationKind.allCases {
      let feature = feature(of: kind).rawValue
      var weight = isRare(kind) ? usual(kind) : usual(kind) << shifts[feature]
      if !configuration.tracksGaps, kind.needsGaps { weight = 2 }
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

extension OperationKind {
  /// Whether the kind is refused on a tree that does not track gaps.
  var needsGaps: Bool {
    switch self {
    case .lowestGap, .highestGap, .allocateLowest, .allocateHighest, .allocateCyclic: true
    default: false
    }
  }

  /// Whether the operation may ask for nodes by itself.
  var mayAllocate: Bool {
    switch self {
    case .store, .insert, .erase, .duplicate, .prepare, .cursorStore, .cursorErase, .allocateLowest, .allocateHighest,
      .allocateCyclic:
      true
    default: false
    }
  }
}
