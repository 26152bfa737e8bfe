import AddressSpaceModel

/// About fork's failure and the teardown of its child: for each design, that a law holds in every address space of so
/// many VMAs, whatever fails and whoever looks.
package enum TeardownObligations {
  /// The VMAs of the bound that is claimed.
  static let bound = 5

  static var all: [Obligation] {
    ForkDesignName.allCases.flatMap { design in
      let exploration = { TeardownExploration(design: design, vmas: bound, explorer: $0) }
      return TeardownQuestion.all.map { obligation($0, design, exploration) }
    }
  }

  static func obligation(
    _ question: TeardownQuestion, _ design: ForkDesignName,
    _ exploration: @escaping (PathExplorer) -> TeardownExploration
  ) -> Obligation {
    let isBroken = broken[design]?.contains(question) ?? false
    return Obligation(
      question.name(of: design), .teardown, question.claim(of: design),
      premises: Premise.ofAddressSpaces + Premise.rules, weakened: isBroken ? [] : question.neededRules(design),
      expected: isBroken ? .violated : .proved,  // The first question explores all paths for the others.
      cost: question == TeardownQuestion.all[0] ? 1_000 : question == .law(.nothingLeft) ? 200 : 20,
      group: .fork(design)
    ) { shared, rule in
      try shared.findings(of: exploration(shared.explorer), without: rule).report(of: question)
    }
  }

  /// The laws that each design breaks, and the observers that meet what they should not.
  static let broken: [ForkDesignName: Set<TeardownQuestion>] = [
    .oneByOne: [.law(.nothingLeft), .observer(.reverseMap), .observer(.migration)],
    .duplicateAndUndo: [.observer(.migration)],
    .undoWithVmaEndAsNext: [.law(.nothingLeft), .observer(.migration)],
    .undoWithOnlyCeiling: [.law(.parentUnchanged), .law(.nothingLeft), .observer(.migration)],
    .undoWithoutTreeEnd: [
      .law(.othersUntouched), .law(.parentUnchanged), .law(.mapCountEqualsRemoved), .law(.accountedPagesReturn),
      .law(.nothingLeft), .observer(.migration),
    ],
    .duplicateAndMark: [.observer(.swapOff), .observer(.migration)],
    .duplicateAndMarkLater: [.observer(.swapOff), .observer(.migration)],
    .duplicateAndMarkPlaceOnly: [
      .observer(.swapOff), .observer(.checkedSwapOff), .observer(.reaper), .observer(.migration),
    ],
    .duplicateAndTearDown: [.observer(.migration)],
  ]
}

extension TeardownQuestion {
  /// For example `7.3/nothing-left`.
  func name(of design: ForkDesignName) -> String { "\(design.rawValue)/\(name)" }

  fileprivate func claim(of design: ForkDesignName) -> String {
    switch self {
    case .law(let law): "If a fork in design \(design.rawValue) fails and its child is torn down, \(law.message)."
    case .observer(let observer):
      "If a fork in design \(design.rawValue) fails, \(observer.words) meets only live VMAs of the child."
    }
  }
}

extension ForkObserver {
  fileprivate var words: String {
    switch self {
    case .reverseMap: "a walk of the reverse map"
    case .swapOff: "a swap-off"
    case .checkedSwapOff: "a swap-off that looks at the marks"
    case .reaper: "the reaper"
    case .migration: "a migration"
    case .folio, .fault, .reader: preconditionFailure("a kernel alone has the observer")
    }
  }
}
