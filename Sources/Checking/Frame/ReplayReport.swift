import Harness
import Reports
import Support

/// What came of one script, of any world.
package struct ReplayReport: Encodable {
  /// An operation that was traced.
  struct Step: Codable {
    var line: Int
    var operation: String
    var result: String
  }

  package var file = ""
  /// The world of the script.
  var kind = "tree"
  var result: ReplayResult
  /// The line of the operation that shows the violation, if a file has it.
  var line: Int?
  /// The faults that the subject knows of itself, and around which it steps.
  package var knownFaultsSteppedAround: [String] = []
  /// What each operation returned, if it was asked for.
  var trace: [Step]?
  /// What each store was, if it was asked for.
  package var explanation: StoreExplanation.Result?

  init(_ result: ReplayResult) { self.result = result }

  package var status: ExitStatus {
    let isRight = result.isExpected ?? (result.violation == nil)
    if !isRight && (result.doubts.isEmpty || result.isExpected == nil) { return .violation }
    return result.doubts.isEmpty ? .clean : .undecided
  }

  /// Why nothing is shown, for a script that does not say what is to come; `nil` if something is.
  package var complaint: String? {
    result.isExpected != nil || status != .undecided ? nil : "\(file): \(result.doubts.joined(separator: "; "))"
  }

  package var text: String {
    guard let isExpected = result.isExpected else {
      if let violation = result.violation { return "\(file):\(line.map { "\($0):" } ?? "") \(violation)\n" }
      return "\(file): \((result.counts + ["nothing found"]).joined(separator: ", "))\n"
    }
    let verdict = isExpected ? "as expected" : result.doubts.isEmpty ? "NOT as expected" : "NOT decided"
    let counts = (result.counts + [verdict]).joined(separator: ", ")
    return "\(file): \(counts): \(result.violation?.found ?? "nothing found")\n"
      + result.doubts.map { "  \($0)\n" }.joined()
  }

  package func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    let fields: JSONObject = [
      "file": file, "kind": kind, "line": line, "knownFaultsSteppedAround": knownFaultsSteppedAround, "trace": trace,
      "explanation": explanation,
    ]
    try fields.encode(to: encoder)
  }
}
