import Harness
import Operations
import Support
import Workers

/// A script as it was written: its operations, and the line and the words of each.
struct ReplayedScript<Script: WorldScript> {
  var script: Script
  /// Whether it was read from lines; a fuzzer's input was not.
  var hasLines: Bool
  var line: (Int) -> Int
  var words: (Int) -> String
}

/// Who is told of the operations of a replay, by their places.
struct ReplaySteps {
  /// Told before an operation is made.
  var begin: (Int) -> Void
  /// Told after it what it returned or did.
  var end: (Int, String) -> Void
}

/// What came of a script, as the process says that made it.
struct ReplayResult: Codable {
  /// Operations of the script that were made, orders to the harness among them.
  var operations = 0
  /// What was made, in words.
  var counts: [String] = []
  /// Those of them that the subject does not have.
  var skipped = 0
  /// Calls made on the subject and checked, in all passes.
  var calls: UInt64 = 0
  /// Requests and calls that were refused, in the first pass and in the sweep.
  var refusals: UInt64 = 0
  var violation: Violation?
  /// Whether the violation is at an operation of the script, and not of its sweep.
  var isInScript = true
  /// Whether what came is what the script says; `nil` if a script does not say what is to come.
  var isExpected: Bool?
  /// Why nothing is shown, if that is so.
  var doubts: [String] = []
}

/// A script on a subject, in a process of its own: what the script does to the process is an answer too.
struct Replay<W: ReplayedWorld> {
  var world: W
  var source: ReplayedScript<W.Script>
  /// Whether a failure sweep follows.
  var withFailures = false
  /// Whether the report has what each operation returned.
  var traces = false
  /// Where each operation is told as it is made, so that the last one is seen if the subject ends the process. With
  /// `nil` none is told.
  var stream: StandardStream?
  /// Whether the script has a process of its own, and what it may use.
  var sharing = Sharing.none

  func run() -> ReplayReport {
    var steps: [ReplayReport.Step] = []
    var errors = ""
    let listen = { (text: String, reader: inout MessageReader) in
      errors = text
      while let step: ReplayReport.Step = reader.value() { steps.append(step) }
    }
    let apart = sharing.apart(listen: listen) { output in
      let isHere = !sharing.canIsolate
      return world.replay(
        source.script, withFailures: withFailures, RunContext(output: output),
        steps: traces || stream != nil
          ? self.steps { step in
            if isHere { steps.append(step) } else { output.send(step) }
          } : nil)
    }
    var report: ReplayReport
    switch apart {
    case .value(let result):
      report = ReplayReport(result)
      if !errors.isEmpty { StandardStream.error.write(errors) }
      if let place = result.violation?.operationIndex, result.isInScript { report.line = line(of: place) }
    case .ended(let ending, let place):
      report = ReplayReport(ReplayResult())
      guard let end = Violation(ending, at: place, of: source.script) else { break }
      StandardStream.error.write(errors.isEmpty ? "" : "the subject's last words:\n\(errors)\n")
      tell(end, ending, at: place, &report.result, &steps)
      if report.result.isInScript { report.line = line(of: place.operation) }
    }
    if traces { report.trace = steps }
    return report
  }

  /// Tells of a script that ended its process.
  private func tell(
    _ end: Violation, _ ending: WorkerEnding, at place: WorkerPlace, _ result: inout ReplayResult,
    _ steps: inout [ReplayReport.Step]
  ) {
    result.violation = end
    result.operations = min(place.operation + 1, source.script.operations.count)
    result.calls = place.calls
    let other = sharing.apart { _ in world.replayedScript(of: source.script, at: place) }
    if let script = other.value ?? nil {
      result.isInScript = false
      result.operations = source.script.operations.count
      result.violation = Violation(ending, at: place, of: script)
    } else if place.pass <= 1, place.operation < source.script.operations.count, traces || stream != nil {
      let text = "VIOLATION: \(end.kind.rawValue)"
      stream?.write(" -> \(text)\n")
      steps.append(
        ReplayReport.Step(line: source.line(place.operation), operation: source.words(place.operation), result: text))
    }
  }

  /// The line of an operation, if a file has it.
  private func line(of place: Int) -> Int? {
    source.hasLines && source.script.operations.indices.contains(place) ? source.line(place) : nil
  }

  private func steps(_ keep: @escaping (ReplayReport.Step) -> Void) -> ReplaySteps {
    let count = source.script.operations.count
    let width = count == 0 ? 0 : "\(source.line(count - 1))".count
    return ReplaySteps(
      begin: { place in
        let number = "\(source.line(place))"
        let blanks = String(repeating: " ", count: 2 + width - number.count)
        stream?.write("\(blanks)\(number)  \(source.words(place))")
      },
      end: { place, result in
        stream?.write(" -> \(result)\n")
        if traces {
          keep(ReplayReport.Step(line: source.line(place), operation: source.words(place), result: result))
        }
      })
  }
}
