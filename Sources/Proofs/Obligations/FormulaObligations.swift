import MapleTreeModule

/// That a formula of a file never asks for fewer nodes than a store takes: one obligation for each kind of store.
package enum FormulaObligations {
  /// - Parameter heights: The heights of the trees, from 0 on. Kinds that no tree of such a height sees are left out.
  package static func all(
    files: [FormulaFile], kinds: Set<StoreKind> = Set(StoreKind.allCases),
    heights: ClosedRange<Int> = 0...Formula.greatestHeight
  ) -> [Obligation] {
    StoreKind.allCases.filter { kinds.contains($0) && heights.contains(where: $0.canOccur) }.flatMap { kind in
      var seen: Set<RebuildRule> = []
      return files.map {
        obligation(kind, $0, heights: heights, isFirst: seen.insert($0.algorithm).inserted)
      }
    }
  }

  private static func obligation(
    _ kind: StoreKind, _ file: FormulaFile, heights: ClosedRange<Int>, isFirst: Bool
  ) -> Obligation {
    let goesUp = LevelInduction.Family(kind: kind) != nil
    return Obligation(
      "\(file.name)/\(kind)", .bounds,
      "\(file.name) never asks for fewer nodes than a store of the kind \(kind) takes.",
      premises: goesUp ? Premise.ofLevels + ReachObligations.steps + [.builtBelow] : [], weakened: [], expected: nil,
      // A file explores what no file before it has.
      cost: !goesUp ? 100 : isFirst ? cost(kind, file.algorithm) : file.algorithm == .copiedByLevel ? 2_000 : 0,
      group: .stores(kind, file.algorithm)
    ) { shared, _ in
      try report(kind, file, heights: heights, prover: &shared.prover)
    }
  }

  private static func cost(_ kind: StoreKind, _ algorithm: RebuildRule) -> Int {
    switch algorithm {
    case .toTheRoot: kind == .spanningStore ? 18_000 : 3_500
    case .untilTheWaysMeet: kind == .spanningStore ? 37_000 : 13_000
    case .copiedByLevel: 5_000
    }
  }

  /// Compares a formula with what a prover finds.
  static func report(
    _ kind: StoreKind, _ file: FormulaFile, heights: ClosedRange<Int>, prover: inout some BoundProver
  ) throws -> ProofReport {
    let formula = file[kind]
    let tellsHeights = !formula.variables.isDisjoint(with: [.vacant, .sufficient])
    var figures = FormulaFigures(
      kind: "\(kind)", file: file.name, formula: file.entries[kind]?.text ?? "", algorithm: file.algorithm.rawValue)
    var report = ProofReport()
    report.verdict = .undecided
    let greatest = min(heights.upperBound, prover.greatestHeight(algorithm: file.algorithm, tellsHeights: tellsHeights))
    guard greatest >= heights.lowerBound else { return report }
    figures.heights = heights.lowerBound...greatest
    report.bound = "height \(greatest)"
    var isDecided = true
    var most = (nodes: -1, store: "")
    var cells: [(place: WitnessCase, figures: FormulaFigures.Cell)] = []
    for place in WitnessCase.all(kind, heights: figures.heights, algorithm: file.algorithm) {
      // If no store of the kind was found, there is nothing that the formula could be measured by.
      guard let needed = try prover.needed(place, algorithm: file.algorithm, tellsHeights: tellsHeights),
        let worst = worst(of: formula, place, needed)
      else {
        isDecided = false
        continue
      }
      report.paths += needed.paths
      report.use(needed.premises)
      cells.append((place, worst))
      if needed.greatest > most.nodes { most = (needed.greatest, needed.witness) }
    }
    figures.cells = cells.map(\.figures)
    report.formula = figures
    report.verdict = verdict(figures, isDecided: isDecided && !cells.isEmpty)
    if report.verdict == .undecided { return report }
    let isUnsound = report.verdict == .unsound
    let script = try script(for: cells, formula, isUnsound: isUnsound, tellsHeights: tellsHeights, file: file.name)
    let witness = ProofWitness(script?.name ?? most.store, script: script?.text)
    if isUnsound { report.counterexample = witness }
    (report.premiseWitness, report.boundWitness) = (ProofWitness(most.store), script.map { _ in witness })
    return report
  }

  /// The group of stores for which the least is left over.
  private static func worst(of formula: Formula, _ place: WitnessCase, _ needed: NeededNodes) -> FormulaFigures.Cell? {
    needed.groups.map { group in
      let values = FormulaValues(
        height: place.height, vacant: group.vacant, sufficient: group.sufficient,
        rcu: place.usesReadCopyUpdate ? 1 : 0)
      return FormulaFigures.Cell(
        height: place.height, tracksGaps: place.tracksGaps, usesReadCopyUpdate: place.usesReadCopyUpdate,
        vacant: group.vacant, sufficient: group.sufficient, requested: formula.value(at: values), needed: group.nodes,
        isMet: needed.isMet)
    }.min { $0.slack < $1.slack }
  }

  private static func verdict(_ figures: FormulaFigures, isDecided: Bool) -> ProofVerdict {
    // One store that takes more is enough, whatever else was not decided.
    if figures.cells.contains(where: { $0.slack < 0 && $0.isMet }) { return .unsound }
    // Of a number that no store was found to take nothing follows but that no more is needed.
    if !isDecided || figures.cells.contains(where: { $0.slack < 0 }) { return .undecided }
    return figures.slack.upperBound == 0 && figures.cells.allSatisfy(\.isMet) ? .tight : .sound
  }

  /// The smallest script that shows the verdict, replayed: its last store takes more than the formula asks for, or as
  /// many nodes as a store can. Nil if no tree that is low enough for a script shows it.
  private static func script(
    for cells: [(place: WitnessCase, figures: FormulaFigures.Cell)], _ formula: Formula, isUnsound: Bool,
    tellsHeights: Bool, file: String
  ) throws -> (name: String, text: String)? {
    // The lowest tree, and there the one that needs most.
    let order = cells.sorted { ($0.place.height, -$0.figures.needed) < ($1.place.height, -$1.figures.needed) }
    for (place, figures) in order where WitnessCase.heights.contains(place.height) {
      if isUnsound && figures.slack >= 0 { continue }
      let witness = try WitnessBuilder.witness(for: place)
      var allowed = witness.nodes
      if isUnsound {
        allowed = formula.value(at: witness.values)
        guard witness.nodes > allowed else { continue }
      } else if witness.nodes != figures.needed && !tellsHeights {
        // Of stores that are told apart by their heights, the one with the least left over need not be the script's.
        throw WitnessError(
          "\(place.name): the prover says that a store takes at most \(figures.needed) nodes, and the script's last "
            + "store takes \(witness.nodes)")
      }
      try WitnessReplay.check(witness, allowing: allowed)
      return (place.name, witness.text(allowing: allowed, file: file))
    }
    return nil
  }
}

extension Witness {
  /// The variables of a formula at the last store.
  fileprivate var values: FormulaValues<Int> {
    FormulaValues(
      height: cell.height, vacant: vacant, sufficient: sufficient, rcu: cell.usesReadCopyUpdate ? 1 : 0)
  }
}
