import MapleTreeModule

/// All that is proved, in the order in which it is told. The command, the tests, the tables of `docs/PROOFS.md` and the
/// pins come from it.
package struct Manifest {
  package let obligations: [Obligation]

  /// - Parameters:
  ///   - files: Formula files, each of which adds an obligation for each kind of store.
  ///   - ownsOthers: Whether the project's own obligations are in it too.
  package init(
    files: [FormulaFile] = [], kinds: Set<StoreKind> = Set(StoreKind.allCases),
    heights: ClosedRange<Int> = 0...Formula.greatestHeight, ownsOthers: Bool = true
  ) {
    obligations =
      FormulaObligations.all(files: files, kinds: kinds, heights: heights) + (ownsOthers ? Self.own : [])
  }

  /// The obligations but for those of formula files. A new family of them is one line here.
  package static var own: [Obligation] {
    [false, true].flatMap { tracksGaps in
      LevelObligations.all(tracksGaps: tracksGaps) + AgreementObligations.all(tracksGaps: tracksGaps)
        + ReachObligations.all(tracksGaps: tracksGaps) + GrowthObligations.all(tracksGaps: tracksGaps)
        + NodeCountObligations.all(tracksGaps: tracksGaps)
    } + BulkObligations.all + EntryObligations.all + TeardownObligations.all
  }

  /// Those of some families.
  package func obligations(of families: [ProofFamily]) -> [Obligation] {
    obligations.filter { families.contains($0.family) }
  }

  /// Those of a name, or whose names begin with it and a slash.
  package func obligations(named name: String) -> [Obligation] {
    obligations.filter { $0.name == name || $0.name.hasPrefix(name + "/") }
  }
}
