import CountedMapleTree
import RangeMapCore

/// Our tree, built to count: for what is exact and not timed.
package enum CountedTrees {
  package static func make(_ configuration: MapConfiguration) -> MapleTreeSubject {
    MapleTreeSubject(configuration: configuration)
  }

  /// The ways of versions to rebuild the levels of a tree, each with the formulas that are meant for it.
  static let ways: [(rule: RebuildRule, formulas: [RequestFormula])] = [
    (.toTheRoot, [.linux61, .seriesV2, .linux612]), (.untilTheWaysMeet, [.linux616]),
  ]

  /// Makes trees that tell a log of each of their stores.
  static func reporting(
    to log: RequestLog, _ rule: RebuildRule, _ formulas: [RequestFormula]
  ) -> (MapConfiguration) -> MapleTreeSubject {
    { configuration in
      let subject = MapleTreeSubject(configuration: configuration, rebuildRule: rule)
      // Only the trees of address spaces track gaps.
      let isSpace = configuration.tracksGaps
      subject.tree.whenStored { store, taken in
        log.add(
          isSpace: isSpace, kind: "\(store.kind)", asked: formulas.map { $0.nodes(for: store) }, taken: taken)
      }
      return subject
    }
  }

  /// What the stores of a workload ask for and take, in the way of each version.
  ///
  /// - Parameter run: Runs the workload on trees that a function makes, and returns the calls that it made.
  static func requests<Failure: Error>(
    of workload: String, run: (@escaping (MapConfiguration) -> MapleTreeSubject) throws(Failure) -> Int
  ) throws(Failure) -> RequestRow {
    var row = RequestRow(workload: workload)
    for (rule, formulas) in ways {
      let log = RequestLog(formulas: formulas.map(\.rawValue))
      row.calls = try run(reporting(to: log, rule, formulas))
      row.add(tree: rule.rawValue, log)
    }
    return row
  }

  /// The formulas that are known to ask for too little where readers are about.
  static let insufficient = RequestFormula.seriesV2.rawValue
}
