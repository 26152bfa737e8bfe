import CountedMapleTree
import Harness
import Operations
import RangeMapCore
import Support

/// What each store of a script is to our tree, and what each version would ask for before it; then the nodes at the
/// end.
package struct StoreExplanation: ~Copyable {
  /// The stores of one line that are of one kind.
  package struct Row: Encodable {
    var line: Int
    var operation: String
    var kind: String
    var times = 0
    var height: Extent
    /// What each version asks for, in the order of `versions`.
    var asked: [Extent]
    var planned: Extent
    /// None if the store is only prepared.
    var taken: Extent?
  }

  /// The least and the greatest of some numbers.
  package struct Extent: Encodable, CustomStringConvertible {
    var least: Int
    var greatest: Int

    init(_ number: Int) { (least, greatest) = (number, number) }

    mutating func include(_ number: Int) { (least, greatest) = (min(least, number), max(greatest, number)) }

    package var description: String { least == greatest ? "\(least)" : "\(least)...\(greatest)" }
  }

  package struct Result: Encodable {
    /// The versions whose formulas say what is asked for.
    var versions = RequestFormula.allCases.map(\.versions)
    var rows: [Row] = []
    var nodeCount = 0
    /// The nodes at the end; none if they are too many and nobody asked for them.
    var nodes: [String]?
  }

  /// The most nodes that are shown without being asked for.
  package static let greatestNodeCount = 50

  /// What the last call stored, told by the tree.
  private final class Box {
    var store: (plan: Forecast, taken: Int)?
  }

  private let source: ScriptSource
  private var subject: MapleTreeSubject
  private let box = Box()
  private var next: UInt64 = 0
  private var result = Result()
  /// The rows of the line at hand begin here.
  private var firstRow = 0

  private init(_ source: ScriptSource, _ rule: RebuildRule) {
    self.source = source
    subject = MapleTreeSubject(configuration: source.script.configuration, rebuildRule: rule)
    listen()
  }

  /// Makes the operations of a script, with nothing refused and no other writer, and says what its stores and erasures
  /// are.
  /// - Parameters:
  ///   - rule: the version whose algorithm the tree has, as a subject's name has it: a tree that counts has a type of
  ///     its own.
  ///   - withNodes: whether the nodes at the end are shown however many they are.
  package static func result(of source: ScriptSource, rule: String, withNodes: Bool) -> Result {
    guard let rule = RebuildRule(rawValue: rule) else { preconditionFailure("no version \(rule)") }
    var explanation = StoreExplanation(source, rule)
    for place in source.script.operations.indices { explanation.perform(place) }
    var shape = TreeShape()
    explanation.subject.describeShape(to: &shape)
    explanation.result.nodeCount = shape.nodeCount
    if withNodes || shape.nodeCount <= greatestNodeCount {
      explanation.result.nodes = shape.nodes.map { "\($0)" }
    }
    return explanation.result
  }

  private mutating func perform(_ place: Int) {
    firstRow = result.rows.count
    let operation = source.script.operations[place]
    if let stores = FillStores(operation) {
      for store in stores { make(store, of: place) }
    } else if operation.kind == .duplicate {
      duplicate(operation.policy)
    } else if !operation.kind.isOrder {
      make(operation, of: place)
    }
  }

  private func listen() {
    subject.tree.whenStored { [box] plan, taken in box.store = (plan, taken) }
  }

  private mutating func duplicate(_ policy: AllocationPolicy) {
    var copy = MapleTreeSubject(configuration: subject.configuration, rebuildRule: subject.tree.rebuildRule)
    // If memory is short the tree goes on as it is.
    do { try subject.duplicate(into: &copy, policy: policy) } catch { return }
    subject = copy
    listen()
  }

  private mutating func make(_ operation: Operation, of place: Int) {
    var prepared: Forecast?
    if operation.kind == .prepare {
      prepared = subject.tree.forecast(of: operation.entry, over: operation.range)
    }
    box.store = nil
    let outcome = subject.call(operation, next: &next)
    guard outcome.error == nil, let plan = box.store?.plan ?? prepared else { return }
    add(plan, planned: Int(subject.counters.nodesPlanned), taken: box.store?.taken, of: place)
  }

  private mutating func add(_ plan: Forecast, planned: Int, taken: Int?, of place: Int) {
    let kind = "\(plan.kind)"
    let asked = RequestFormula.allCases.map { $0.nodes(for: plan) }
    guard let row = result.rows[firstRow...].firstIndex(where: { $0.kind == kind }) else {
      result.rows.append(
        Row(
          line: source.line(of: place), operation: source.words(of: place), kind: kind, times: 1,
          height: Extent(plan.height), asked: asked.map { Extent($0) }, planned: Extent(planned),
          taken: taken.map { Extent($0) }))
      return
    }
    result.rows[row].times += 1
    result.rows[row].height.include(plan.height)
    for (version, number) in asked.enumerated() { result.rows[row].asked[version].include(number) }
    result.rows[row].planned.include(planned)
    if let taken { result.rows[row].taken?.include(taken) }
  }
}

extension StoreExplanation.Result {
  /// A table with a row for each line and kind, and a line for each node; lengths of gaps are in hexadecimal.
  package var text: String {
    var cells = [["line", "store", "kind", "times", "height"] + versions.map { "asked " + $0 } + ["planned", "taken"]]
    for row in rows {
      cells.append(
        ["\(row.line)", row.operation, row.kind, "\(row.times)", "\(row.height)"] + row.asked.map { "\($0)" }
          + ["\(row.planned)", row.taken.map { "\($0)" } ?? ""])
    }
    let shown = nodes?.map { "\($0)\n" }.joined() ?? ""
    let hint = nodes == nil ? "; --nodes prints them" : ""
    return Text.table(cells, leftColumns: 3) + "\(nodeCount) nodes at the end\(hint)\n" + shown
  }
}
