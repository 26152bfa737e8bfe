import AddressSpaceModel
import MapleTreeModule
import RangeMapCore

/// What the designs rely on, each a premise of the proofs that can be taken away.
enum TeardownRule: String, CaseIterable, Hashable, Sendable {
  case closesOnce = "a-teardown-closes-each-vma-once"
  case closesOnlyCopies = "a-failure-closes-no-vma-that-was-not-copied"
  case leavesParent = "copying-does-not-change-the-parent"
  case countsCopies = "a-vma-counts-when-it-is-in-the-tree"
  case returnsChargeOnce = "a-failed-copy-returns-its-charge-once"
  case freesTables = "a-teardown-frees-page-tables"
  case destroysTree = "the-exit-path-destroys-the-tree"
  case holdsLocks = "the-locks-are-held-until-the-recovery-is-done"
  case marksAddressSpace = "a-failure-marks-the-address-space"
  case unlinksFirst = "links-go-before-vmas-are-closed"
  case startsEmpty = "a-tree-that-is-filled-one-by-one-starts-empty"
  case admitsObservers = "observers-keep-to-their-locks-and-marks"

  /// The defect of the real code that goes against the rule; nil where there is none.
  var defect: ForkDefect? {
    switch self {
    case .closesOnce: .closesTwice
    case .closesOnlyCopies: .closesUncopied
    case .leavesParent: .changesParent
    case .countsCopies: .countsBeforeCopy
    case .returnsChargeOnce: .unchargesTwice
    case .freesTables: .keepsPageTables
    case .destroysTree: .keepsTree
    case .holdsLocks: .unlocksEarly
    case .marksAddressSpace, .unlinksFirst, .startsEmpty, .admitsObservers: nil
    }
  }

  /// The design that does without the rule; nil where there is none.
  var designWithout: ForkDesignName? { self == .marksAddressSpace ? .duplicateAndMarkPlaceOnly : nil }
}

/// Which rules hold.
struct TeardownRules<Truth: PlanTruth> {
  /// In the order of the rules. A dictionary would give its terms back in an order that changes from run to run, and so
  /// change the cases that the solver finds.
  private let truths: [Truth]

  init(_ truth: (TeardownRule) -> Truth) { truths = TeardownRule.allCases.map(truth) }

  subscript(_ rule: TeardownRule) -> Truth {
    guard let place = TeardownRule.allCases.firstIndex(of: rule) else { preconditionFailure("each rule has a truth") }
    return truths[place]
  }
}
