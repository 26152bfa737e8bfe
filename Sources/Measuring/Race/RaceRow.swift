import ExternalSubject

/// A row of the table of a race.
package enum RaceRow: String, CaseIterable, Sendable {
  case ascendingStore = "ascending store"
  case randomLoad = "random load"
  case forwardIteration = "forward iteration"
  case backwardIteration = "backward iteration"
  case gapSearch = "gap search"
  case duplicate
  case destroyDuplicate = "destroy a duplicate"
  case randomErase = "random erase"
  case destroy
  case randomStore = "random store"
  case duplicateAndReplace = "duplicate and replace"
  case copyInBulk = "copy in bulk mode"

  /// The rows of one tree's life, in the order in which they follow from each other.
  package static func life(tracksGaps: Bool) -> [RaceRow] {
    allCases.filter { !fork.contains($0) && (tracksGaps || $0 != .gapSearch) }
  }

  /// The two ways in which a fork can copy a tree.
  package static let fork: [RaceRow] = [.duplicateAndReplace, .copyInBulk]

  /// How many rounds these rows have, which are short, where the others have `rounds`.
  package static func forkRounds(_ rounds: Int) -> Int { 5 * rounds }

  /// What a library must have for the row.
  package var needs: Set<SubjectLibrary.Feature> {
    switch self {
    case .ascendingStore, .destroy, .randomStore: []
    case .randomLoad: [.load]
    case .forwardIteration, .backwardIteration: [.cursors]
    case .gapSearch: [.gaps]
    case .duplicate, .destroyDuplicate, .duplicateAndReplace: [.duplicate]
    case .randomErase: [.erase]
    case .copyInBulk: [.cursors, .bulkMode]
    }
  }

  /// The calls that one operation of the row makes; a row that is one call for all entries has none that counts.
  package var calls: [EmptyCall] {
    switch self {
    case .randomLoad, .gapSearch: [.read]
    case .forwardIteration, .backwardIteration: [.step]
    case .ascendingStore, .randomErase, .randomStore, .duplicateAndReplace: [.write]
    case .copyInBulk: [.step, .write, .lookBehind]
    case .duplicate, .destroyDuplicate, .destroy: []
    }
  }
}

/// A call that finds nothing to do: what a call costs besides its work, at most.
package enum EmptyCall: CaseIterable, Sendable {
  /// A load from an empty map.
  case read
  /// A cursor's step in an empty map.
  case step
  /// An erasure in an empty map.
  case write
  /// A search behind the last entry of the tree: the adapter makes one before each store in bulk mode.
  case lookBehind

  var needs: SubjectLibrary.Feature {
    switch self {
    case .read: .load
    case .step: .cursors
    case .write: .erase
    case .lookBehind: .find
    }
  }
}
