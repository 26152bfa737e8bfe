import AddressSpaceModel
import Operations
import Scenarios

/// What stores ask for, of all workloads.
struct RequestReport: Encodable {
  var rows: [RequestRow] = []
  /// What went wrong, in words.
  var faults: [String] = []

  var status: ExitStatus {
    if !faults.isEmpty { return .violation }
    let isEmpty = rows.isEmpty || rows.contains { $0.trees.contains { $0.spaces.stores == 0 } }
    return isEmpty ? .undecided : .clean
  }

  mutating func add(trace path: String) throws(CommandFailure) {
    let bytes = try InputFile.read(path, limit: InputFile.greatestImportSize, content: "a log of strace")
    let events: [AddressSpaceEvent]
    do throws(ScriptError) {
      events = try StraceImport.events(from: bytes, file: path)
    } catch {
      throw CommandFailure(error)
    }
    var found: [String] = []
    append(
      CountedTrees.requests(of: path.split(separator: "/").last.map(String.init) ?? path) { makeMap in
        var replay = TraceReplay(makeMap: makeMap)
        for event in events { replay.apply(event) }
        found += (replay.refusals + replay.violations + replay.inconsistencies()).map { "\(path): \($0)" }
        return replay.calls
      })
    faults += found
  }

  mutating func add(_ workload: HeapWorkload) throws {
    let name = "heap, \(workload.mappings) mappings"
    var found: [String] = []
    append(
      try CountedTrees.requests(of: name) { makeMap throws(AddressSpaceError) in
        let space = try workload.run(makeMap: makeMap)
        found += space.inconsistencies().map { "\(name): \($0)" }
        return workload.calls
      })
    faults += found
  }

  private mutating func append(_ row: RequestRow) {
    for tally in row.trees.flatMap({ [$0.spaces, $0.sideTrees] }) {
      for (formula, count) in zip(tally.formulas, tally.storesThatFallShort)
      where count > 0 && formula != CountedTrees.insufficient {
        faults.append("\(row.workload): \(formula) asks for too few nodes for \(count) stores")
      }
    }
    rows.append(row)
  }
}

extension RequestReport {
  var text: String {
    """
    Nodes that stores into address spaces' trees ask for under the formulas of four versions, and the nodes that they take: in \
    the way of 6.12, which rebuilds to the root, and of 6.16, which stops where it can.

    \(table(\.spaces, \.asked) { ("taken", "\($0.taken)") })
    Stores that ask for no node at all, in % of all, and those that take none.

    \(table(\.spaces, \.storesThatAskForNone, inPercent: true) { ("take none", percent($0, $0.storesThatTakeNone)) })
    Stores that take more nodes than they ask for.

    \(table(\.spaces, \.storesThatFallShort) { ("of", "\($0.stores)") })
    Stores by kind, in %.

    \(kinds)
    Nodes that stores into the side trees of unmapping ask for, and the nodes that they take.

    \(table(\.sideTrees, \.asked) { ("taken", "\($0.taken)") })
    """
  }

  private func percent(_ tally: RequestTally, _ part: Int) -> String { Text.decimal(tally.share(part), 1) }

  /// A row for each workload: its calls and stores, a number for each formula, and one more for each way of storing.
  private func table(
    _ tally: KeyPath<RequestRow.Tree, RequestTally>, _ numbers: KeyPath<RequestTally, [Int]>, inPercent: Bool = false,
    last: (RequestTally) -> (title: String, cell: String)
  ) -> String {
    let tallies = rows.map { $0.trees.map { $0[keyPath: tally] } }
    let titles = tallies.first?.flatMap { $0.formulas + [last($0).title] } ?? []
    var cells = [["", "calls", "stores"] + titles]
    for (row, found) in zip(rows, tallies) {
      let columns = found.flatMap { tally in
        tally[keyPath: numbers].map { inPercent ? percent(tally, $0) : "\($0)" } + [last(tally).cell]
      }
      cells.append([row.workload, "\(row.calls)", "\(found.first?.stores ?? 0)"] + columns)
    }
    return Text.table(cells, leftColumns: 1)
  }

  private var kinds: String {
    let tallies = rows.compactMap { row in row.trees.first.map { (row.workload, $0.spaces) } }
    let names = Set(tallies.flatMap { $0.1.kinds.keys }).sorted()
    var cells = [[""] + names]
    for (workload, tally) in tallies {
      cells.append([workload] + names.map { percent(tally, tally.kinds[$0, default: 0]) })
    }
    return Text.table(cells, leftColumns: 1)
  }
}
