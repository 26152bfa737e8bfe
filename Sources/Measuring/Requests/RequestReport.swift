import AddressSpaceModel
import Operations
import Scenarios
import Support

/// What stores ask for, of all workloads.
package struct RequestReport: Encodable {
  package var rows: [RequestRow] = []
  /// What went wrong, in words.
  package var faults: [String] = []

  package init() {}

  package var status: ExitStatus {
    if !faults.isEmpty { return .violation }
    let isEmpty = rows.isEmpty || rows.contains { $0.trees.contains { $0.spaces.stores == 0 } }
    return isEmpty ? .undecided : .clean
  }

  package mutating func add(trace path: String) throws(CommandFailure) {
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

  package mutating func add(_ workload: HeapWorkload) throws {
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
