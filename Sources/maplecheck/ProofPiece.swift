import AddressSpaceModel
import MapleTreeModule
import Proofs

/// Proofs that one process makes one after the other, for they share what they explore.
struct ProofPiece {
  var group: ProofGroup
  /// The numbers of its units, in order.
  var units: [Int]

  /// The pieces of some units: the dearest first, so that all processes end at about the same time.
  static func all(of units: [ProofUnit]) -> [ProofPiece] {
    var pieces: [ProofPiece] = []
    var places: [ProofGroup: Int] = [:]
    for (number, unit) in units.enumerated() {
      let place = places[unit.group] ?? pieces.count
      if place == pieces.count {
        pieces.append(ProofPiece(group: unit.group, units: []))
        places[unit.group] = place
      }
      pieces[place].units.append(number)
    }
    // Of two that cost the same, the one that came first: the order is the same everywhere.
    return pieces.enumerated().sorted { ($1.element.group.cost, $0.offset) < ($0.element.group.cost, $1.offset) }
      .map(\.element)
  }
}

extension ProofGroup {
  /// About how long all proofs of the group take, beside others. Nothing depends on it but the order of the work.
  fileprivate var cost: Int {
    switch self {
    case .ascent(.spanningStore, .untilTheWaysMeet): 24
    case .copies: 21
    case .fork(.oneByOne), .fork(.undoWithVmaEndAsNext), .fork(.undoWithOnlyCeiling), .fork(.undoWithoutTreeEnd): 4
    case .fork: 20
    case .ascent(.spanningStore, _): 12
    case .ascent(.splitStore, .untilTheWaysMeet): 9
    case .ascent: 2
    case .entries, .growth, .duplicate, .leaf, .bulk: 1
    }
  }
}
