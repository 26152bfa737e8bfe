import Harness
import Operations
import Reports
import Workers

/// What came of one script of a tree.
struct ReplayReport: Encodable {
  /// An operation that was traced.
  struct Step: Encodable {
    var line: Int
    var operation: String
    var result: String
  }

  var file = ""
  let kind = "tree"
  /// Operations of the script that were made, orders to the harness among them.
  var operations = 0
  /// Those of them that the subject does not have.
  var skipped = 0
  /// Calls made on the subject and compared, in all passes.
  var calls: UInt64 = 0
  /// Requests for memory that were refused, in the first pass and in the sweep.
  var refusals: UInt64 = 0
  /// The line of the operation that shows the violation, if a file has it.
  var line: Int?
  var violation: Violation?
  /// The faults that the subject knows of itself, and around which it steps.
  var knownFaultsSteppedAround: [String] = []
  /// What each operation returned, where it was asked for.
  var trace: [Step]?
  /// What each store was, where it was asked for.
  var explanation: StoreExplanation.Result?

  var text: String {
    if let violation { return "\(file):\(line.map { "\($0):" } ?? "") \(violation)\n" }
    var parts = [operations == 1 ? "1 operation" : "\(operations) operations"]
    if skipped > 0 { parts.append("\(skipped) of them not made, for the subject does not have them") }
    if refusals > 0 { parts.append("\(refusals) \(refusals == 1 ? "request" : "requests") for memory refused") }
    return "\(file): \(parts.joined(separator: ", ")), nothing found\n"
  }
}

extension MessageWriter {
  /// What came of a script, without what was told of each operation.
  mutating func write(_ report: ReplayReport) {
    for count in [report.operations, report.skipped, report.line ?? 0] { write(count) }
    write(report.calls)
    write(report.refusals)
    write(report.violation == nil ? 0 : 1)
    if let violation = report.violation { write(violation) }
  }

  mutating func write(_ step: ReplayReport.Step) {
    write(step.line)
    write(step.operation)
    write(step.result)
  }
}

extension MessageReader {
  mutating func report() -> ReplayReport? {
    var report = ReplayReport()
    guard let operations = count(), let skipped = count(), let line = count(), let calls = number(),
      let refusals = number(), let hasViolation = number()
    else { return nil }
    (report.operations, report.skipped, report.calls, report.refusals) = (operations, skipped, calls, refusals)
    report.line = line == 0 ? nil : line
    guard hasViolation == 1 else { return report }
    report.violation = violation()
    return report.violation == nil ? nil : report
  }

  mutating func step() -> ReplayReport.Step? {
    guard let line = count(), let operation = text(), let result = text() else { return nil }
    return ReplayReport.Step(line: line, operation: operation, result: result)
  }
}
