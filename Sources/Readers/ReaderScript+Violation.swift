import Harness
import Operations

extension Violation {
  /// The law that a reader broke.
  public var readerLaw: ReaderLaw? { kind == .brokenReaderLaw ? ReaderLaw(rawValue: name) : nil }
}

extension ReaderScript {
  /// What a run of the script found, in the words of reports.
  public func violation(in report: ReaderReport) -> Violation? {
    guard let finding = report.finding else { return nil }
    return Violation(
      kind: .brokenReaderLaw, operationIndex: finding.place, operation: operations[finding.place].text,
      expected: finding.broken.law.message, found: "\(finding.broken.law.rawValue): \(finding.broken.text)")
  }

  /// The script that shows a finding alone, with the schedule of each call.
  public func showing(_ finding: ReaderReport.Finding) -> ReaderScript {
    guard case .reader(let reader) = operations[finding.place].role else { return self }
    var script = with(finding.schedules)
    let places = operations.indices.filter { place in
      if case .reader(let other) = operations[place].role { return other != reader || place > finding.place }
      return false
    }
    script = script.without { places.contains($0) }
    script.expectation = .violation(finding.broken.law)
    return script
  }
}
