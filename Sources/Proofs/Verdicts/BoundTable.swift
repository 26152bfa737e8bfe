import MapleTreeModule

/// The formulas of some files, each beside what stores take.
package struct BoundTable: Sendable {
  package private(set) var rows: [BoundRow] = []

  /// Compares every formula with what a prover finds.
  ///
  /// - Parameters:
  ///   - kinds: the kinds of stores whose formulas are compared.
  ///   - heights: the heights of the trees, from 0 on.
  ///   - clock: seconds since some moment; nothing is decided by it.
  ///   - report: told each row as it is done.
  package init(
    files: [FormulaFile], kinds: Set<StoreKind> = Set(StoreKind.allCases), heights: ClosedRange<Int>,
    prover: inout some BoundProver, clock: () -> Double = { 0 }, report: (BoundRow) throws -> Void = { _ in }
  ) throws {
    for (kind, file) in Self.places(files: files, kinds: kinds, heights: heights) {
      let row = try Self.row(kind, file, heights: heights, prover: &prover, clock: clock)
      rows.append(row)
      try report(row)
    }
  }

  /// The rows, in their order.
  private static func places(
    files: [FormulaFile], kinds: Set<StoreKind>, heights: ClosedRange<Int>
  ) -> [(StoreKind, FormulaFile)] {
    // Trees so low see no store of the kind.
    StoreKind.allCases.filter { kinds.contains($0) && heights.contains(where: $0.canOccur) }.flatMap { kind in
      files.map { (kind, $0) }
    }
  }

  /// The rows as units, in their order.
  package static func units(
    files: [FormulaFile], kinds: Set<StoreKind> = Set(StoreKind.allCases), heights: ClosedRange<Int>
  ) -> [ProofUnit] {
    places(files: files, kinds: kinds, heights: heights).map { kind, file in
      ProofUnit(
        name: BoundRow.name(file: file.name, kind), family: .bounds, group: .stores(kind, file.algorithm)
      ) { shared in
        [.row(try row(kind, file, heights: heights, prover: &shared.prover, clock: shared.clock))]
      }
    }
  }

  private static func row(
    _ kind: StoreKind, _ file: FormulaFile, heights: ClosedRange<Int>, prover: inout some BoundProver,
    clock: () -> Double
  ) throws -> BoundRow {
    let start = clock()
    let formula = file[kind]
    let tellsHeights = tellsHeights(formula)
    var row = BoundRow(
      kind: kind, file: file.name, formula: file.entries[kind]?.text ?? "", verdict: .undecided, cells: [], paths: 0,
      solverCalls: 0, premises: [], seconds: 0, symbolicWitness: "")
    var premises: Set<String> = []
    var isDecided = true
    var most = -1
    let greatest = min(heights.upperBound, prover.greatestHeight(algorithm: file.algorithm, tellsHeights: tellsHeights))
    guard greatest >= heights.lowerBound else { return row }
    row.heights = heights.lowerBound...greatest
    for cell in WitnessCase.all(kind, heights: row.heights, algorithm: file.algorithm) {
      guard let needed = try prover.needed(cell, algorithm: file.algorithm, tellsHeights: tellsHeights) else {
        isDecided = false
        continue
      }
      row.paths += needed.paths
      row.solverCalls += needed.solverCalls
      premises.formUnion(needed.premises)
      // The solver found no store of the kind: then there is nothing that a formula could be measured by.
      guard let worst = worst(of: formula, cell, needed) else {
        isDecided = false
        continue
      }
      row.cells.append(worst)
      if needed.greatest > most { (most, row.symbolicWitness) = (needed.greatest, needed.witness) }
    }
    row.premises = premises.sorted()
    row.verdict = verdict(row, isDecided: isDecided && !row.cells.isEmpty)
    row.witness = try witness(for: row, formula)
    row.seconds = clock() - start
    return row
  }

  private static func tellsHeights(_ formula: Formula) -> Bool {
    !formula.variables.isDisjoint(with: [.vacant, .sufficient])
  }

  /// The group of stores for which the least is left over.
  private static func worst(of formula: Formula, _ cell: WitnessCase, _ needed: NeededNodes) -> BoundCell? {
    needed.groups.map { group in
      let values = FormulaValues(
        height: cell.height, vacant: group.vacant, sufficient: group.sufficient,
        rcu: cell.usesReadCopyUpdate ? 1 : 0)
      return BoundCell(
        cell: cell, requested: formula.value(at: values), needed: group.nodes, vacant: group.vacant,
        sufficient: group.sufficient, isMet: needed.isMet)
    }.min { $0.slack < $1.slack }
  }

  private static func verdict(_ row: BoundRow, isDecided: Bool) -> BoundVerdict {
    // One store that takes more is enough, whatever else was not decided.
    if row.cells.contains(where: { $0.slack < 0 && $0.isMet }) { return .unsound }
    // Of a number that no store was found to take nothing follows but that no more is needed.
    if !isDecided || row.cells.contains(where: { $0.slack < 0 }) { return .undecided }
    return row.slack.upperBound == 0 && row.cells.allSatisfy(\.isMet) ? .tight : .sound
  }

  /// The smallest script that shows the verdict, replayed.
  private static func witness(for row: BoundRow, _ formula: Formula) throws -> Witness? {
    guard row.verdict != .undecided else { return nil }
    // The lowest tree, and there the one that needs most.
    let order = row.cells.sorted { ($0.cell.height, -$0.needed) < ($1.cell.height, -$1.needed) }
    for cell in order where WitnessCase.heights.contains(cell.cell.height) {
      if row.verdict == .unsound && cell.slack >= 0 { continue }
      let witness = try WitnessBuilder.witness(for: cell.cell)
      if row.verdict == .unsound {
        let requested = formula.value(at: witness.values)
        guard witness.nodes > requested else { continue }
        try WitnessReplay.check(witness, allowing: requested)
      } else {
        // Of stores that are told apart by their heights, the one with the least left over need not be the script's.
        guard witness.nodes == cell.needed || tellsHeights(formula) else {
          throw WitnessError(
            "\(cell.cell.name): the prover says that a store takes at most \(cell.needed) nodes, and the script's last "
              + "store takes \(witness.nodes)")
        }
        try WitnessReplay.check(witness, allowing: witness.nodes)
      }
      return witness
    }
    return nil
  }
}

extension Witness {
  /// The variables of a formula at the last store.
  var values: FormulaValues<Int> {
    FormulaValues(
      height: cell.height, vacant: vacant, sufficient: sufficient, rcu: cell.usesReadCopyUpdate ? 1 : 0)
  }
}
