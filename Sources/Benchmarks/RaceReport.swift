import ExternalSubject
import Racing

/// Runs all races against a library, and prints their tables.
struct RaceReport {
  let library: SubjectLibrary
  let rounds: Int
  private var forkRounds: Int { RaceRow.forkRounds(rounds) }

  func run() throws(RaceError) {
    printHeading()
    for tracksGaps in [false, true] {
      for count in treeSizes { try runLife(count: count, tracksGaps: tracksGaps) }
      try runForks(tracksGaps: tracksGaps)
    }
  }

  private func printHeading() {
    print(
      """
      Our tree and \(library.name), in one process; \(rounds) rounds, \(forkRounds) of the rows of a fork.
      Each row runs on both in turn, the order changing by the round, through the same calls (those of RangeMap), with an
      external lock and without reader mode, on the same ranges in the same order.
      ours, theirs: ns an operation, medians. ratio: ours to theirs, the median of the rounds' ratios.
      calls: ns of the same calls, ours and theirs, with nothing to do: what the layers on the way cost, and the way in.
      worst: ours, with nothing taken off, to theirs less all of that. What the library's allocator costs is not taken off.
      """)
    let skipped = RaceRow.allCases.filter { !$0.needs.isSubset(of: library.features) }
    if !skipped.isEmpty {
      print("Not supported by the library, and skipped: \(skipped.map(\.rawValue).joined(separator: ", ")).")
    }
  }

  private func runLife(count: Int, tracksGaps: Bool) throws(RaceError) {
    let rows = RaceRow.life(tracksGaps: tracksGaps)
    var race = try Race(count: count, tracksGaps: tracksGaps, rows: rows, .maple(), .library(library))
    for round in 0..<rounds { try race.runRound(round) }
    try race.measureEmptyCalls()
    printHeader("\(count) entries, \(kindName(tracksGaps: tracksGaps))")
    for result in race.results { printResult(result, name: result.row.rawValue) }
  }

  private func runForks(tracksGaps: Bool) throws(RaceError) {
    for row in RaceRow.fork where row.needs.isSubset(of: library.features) {
      printHeader("\(row.rawValue), \(kindName(tracksGaps: tracksGaps))")
      for count in forkSizes {
        var race = try Race(count: count, tracksGaps: tracksGaps, rows: [row], .maple(), .library(library))
        try race.fill()
        for round in 0..<forkRounds { try race.runRound(round) }
        try race.measureEmptyCalls()
        for result in race.results { printResult(result, name: "\(count) entries") }
      }
    }
  }

  private func printHeader(_ title: String) {
    print(tableRow(title, ["ours", "theirs", "ratio", "worst", "our calls", "their calls"]))
  }

  private func printResult(_ result: RaceResult, name: String) {
    var cells = [decimal(result.first.median), decimal(result.second.median), twoDecimals(result.ratio)]
    if !result.row.calls.isEmpty {
      cells.append(result.worstRatio.isFinite ? twoDecimals(result.worstRatio) : "-")
      cells += [decimal(result.firstEmptyCalls), decimal(result.secondEmptyCalls)]
    }
    print(tableRow(name, cells))
  }
}
