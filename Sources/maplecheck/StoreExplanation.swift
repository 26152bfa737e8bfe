import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore

/// What each store of a script is to our tree, and what each version would ask for before it; then the nodes at the end.
struct StoreExplanation: ~Copyable {
  /// The stores of one operation that are alike.
  private struct Line: Equatable {
    var operation: String
    var kind: String
    var height: Int
    var asked: [Int]
    var planned: UInt64
    /// None where the store is only prepared.
    var taken: UInt64?
  }

  private let script: Script
  private var subject: MapleTreeSubject
  private var next: UInt64 = 0
  private var lines: [(line: Line, count: Int)] = []

  private init(_ script: Script, _ rule: RebuildRule) {
    self.script = script
    subject = MapleTreeSubject(configuration: script.configuration, rebuildRule: rule)
  }

  /// Makes the operations of a script, with nothing refused and no other writer, and says what its stores are.
  ///
  /// - Returns: A table with a row for each store, or each run of stores of a fill that are alike, and a line for each node
  ///   of the tree at the end; lengths are in hexadecimal.
  static func text(of script: Script, rule: RebuildRule) -> String {
    var explanation = StoreExplanation(script, rule)
    for operation in script.operations { explanation.perform(operation) }
    return explanation.table() + explanation.nodes()
  }

  private mutating func perform(_ operation: Operation) {
    let text = ScriptText.print(operation)
    if let stores = FillStores(operation) {
      for store in stores { make(store, as: text) }
    } else if case .duplicate(let policy) = operation {
      duplicate(policy)
    } else if !operation.kind.isOrder {
      make(operation, as: text)
    }
  }

  private mutating func duplicate(_ policy: AllocationPolicy) {
    var copy = MapleTreeSubject(configuration: subject.configuration, rebuildRule: subject.tree.rebuildRule)
    // Where memory is short the tree goes on as it is.
    do { try subject.duplicate(into: &copy, policy: policy) } catch { return }
    subject = copy
  }

  private mutating func make(_ operation: Operation, as text: String) {
    let store = Self.store(of: operation)
    let plan = store.map { subject.tree.plannedStore(of: $0.entry, over: $0.range) }
    let outcome = subject.call(operation, next: &next)
    guard let plan, outcome.error == nil else { return }
    let counters = subject.counters
    let line = Line(
      operation: text, kind: plan.kind.description, height: plan.height,
      asked: RequestFormula.allCases.map { $0.nodes(for: plan) },
      planned: counters.nodesPlanned, taken: operation.kind == .prepare ? nil : counters.nodesTaken)
    if let last = lines.last, last.line == line {
      lines[lines.count - 1].count += 1
    } else {
      lines.append((line, 1))
    }
  }

  /// What an operation stores, if it names that itself.
  private static func store(of operation: Operation) -> (entry: Entry?, range: KeyRange)? {
    switch operation {
    case .store(let range, let entry, _), .prepare(let range, let entry, _): (entry, range)
    case .insert(let range, let entry, _): (entry, range)
    default: nil
    }
  }

  private func table() -> String {
    let asked = RequestFormula.allCases.map { "asked " + $0.rawValue }
    var rows = [["store", "kind", "times", "height"] + asked + ["planned", "taken"]]
    for (line, count) in lines {
      rows.append(
        [line.operation, line.kind, "\(count)", "\(line.height)"] + line.asked.map { "\($0)" }
          + ["\(line.planned)", line.taken.map { "\($0)" } ?? ""])
    }
    return Text.table(rows, leftColumns: 2)
  }

  private func nodes() -> String {
    var shape = TreeShape()
    subject.describeShape(to: &shape)
    let text = shape.nodes.map { "\($0)\n" }.joined()
    return "\(shape.nodeCount) nodes\n" + text
  }
}
