/// What a fork does for one vma and can fail in, in the order in which it does so.
enum TeardownStep: Int, CaseIterable, Hashable, Sendable {
  /// Makes the range of a vma that is not inherited empty in the duplicate of the tree.
  case erase
  case signal
  case charge
  case object
  case policy
  case userfault
  case anonVma
  /// Stores the copy in a tree that is built one by one.
  case store
}

/// A point of a fork that can fail. Kernel: the failures of `dup_mmap()`.
enum TeardownPoint: Hashable, Sendable {
  case none
  case lock
  /// The duplicate of the tree, or the nodes for all vmas.
  case begin
  case hook
  case vma(Int, TeardownStep)
  /// A page table of a level, while the pages of a vma are copied.
  case pageTable(Int, level: Int)

  private static let codesPerVma = TeardownStep.allCases.count + TeardownGeometry.levels

  /// A number for each point, 0 for none.
  var code: Int {
    switch self {
    case .none: 0
    case .lock: 1
    case .begin: 2
    case .hook: 3
    case .vma(let place, let step): 4 + place * Self.codesPerVma + step.rawValue
    case .pageTable(let place, let level):
      4 + place * Self.codesPerVma + TeardownStep.allCases.count + level
    }
  }

  /// All points of a fork of so many vmas.
  static func all(vmas: Int) -> [TeardownPoint] {
    var points: [TeardownPoint] = [.none, .lock, .begin, .hook]
    for place in 0..<vmas {
      points += TeardownStep.allCases.map { .vma(place, $0) }
      points += (0..<TeardownGeometry.levels).map { .pageTable(place, level: $0) }
    }
    return points
  }

  /// The vma that it belongs to.
  var place: Int? {
    switch self {
    case .vma(let place, _), .pageTable(let place, _): place
    default: nil
    }
  }
}
