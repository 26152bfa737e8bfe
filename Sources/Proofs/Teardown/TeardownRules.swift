import AddressSpaceModel
import RangeMapCore
import SeededDefects

extension Premise {
  /// The defect of the real code that goes against the rule; nil if there is none.
  package var defect: ForkDefect? {
    switch self {
    case .closesOnce: .closesTwice
    case .closesOnlyCopies: .closesUncopied
    case .leavesParent: .changesParent
    case .countsCopies: .countsBeforeCopy
    case .returnsChargeOnce: .unchargesTwice
    case .freesTables: .keepsPageTables
    case .destroysTree: .keepsTree
    case .unlinksFirst: .keepsLinks
    case .holdsLocks: .unlocksEarly
    default: nil
    }
  }

  /// The design that does without the rule; nil if there is none.
  var designWithout: ForkDesignName? { self == .marksAddressSpace ? .duplicateAndMarkPlaceOnly : nil }
}

/// Which rules hold.
struct TeardownRules<Truth: PlanTruth> {
  /// In the order of the rules. A dictionary would give its terms back in an order that changes from run to run, and so
  /// change the cases that the solver finds.
  private let truths: [Truth]

  init(_ truth: (Premise) -> Truth) { truths = Premise.rules.map(truth) }

  subscript(_ rule: Premise) -> Truth {
    guard let place = Premise.rules.firstIndex(of: rule) else { preconditionFailure("'\(rule)' is no rule") }
    return truths[place]
  }
}
