import AddressSpaceModel
import Scenarios
import Support

/// What came of `maplecheck check fork --sweep`.
package struct SweepReport: WorkReport {
  var subject: String
  var mode: SweepMode
  var isSample: Bool
  var sweeps: [ForkSweepReport] = []
  var seconds = 0.0
  var wasInterrupted = false
  /// The points of all layouts and designs.
  var pointsPlanned: UInt64 = 0
  /// How the subject ended a process, in words; nil where it did not.
  var ended: String?

  /// Adds what was found of a layout and a design, or an observer.
  mutating func add(_ found: ForkSweepReport, layout: String) {
    let place =
      sweeps.firstIndex { $0.layout == layout && $0.design == found.design && $0.observer == found.observer }
      ?? sweeps.count
    if place == sweeps.count {
      sweeps.append(ForkSweepReport(layout: layout, design: found.design, observer: found.observer))
    }
    sweeps[place].add(found)
  }

  /// The points that were tried.
  var pointsTried: UInt64 { sweeps.reduce(0) { $0 + UInt64($1.pointsTried) } }

  package var status: ExitStatus {
    if ended != nil || sweeps.contains(where: { !$0.violations.isEmpty }) { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  package var complaint: String? {
    if ended != nil { return nil }
    if let empty = sweeps.first(where: { $0.pointsTried == 0 }) {
      return "maplecheck: no failure of a fork of \(empty.layout) was tried, so nothing was checked"
    }
    if sweeps.isEmpty || pointsTried < pointsPlanned {
      return "maplecheck: \(pointsTried) of \(pointsPlanned) points were tried"
    }
    return nil
  }

  /// The result for people.
  package var text: String {
    let rate = seconds >= 1 ? ", \(UInt64(Double(pointsTried) / seconds)) a second" : ""
    let end = ended.map { "\nviolation   \($0)\n" } ?? ""
    return """
      sweep       \(mode.rawValue)\(isSample ? ", a sample" : ", all points") on \(subject)
      points      \(pointsTried) in \(Text.seconds(seconds))\(rate)

      """ + sweeps.map(Self.text).joined() + end
  }

  private static func text(_ sweep: ForkSweepReport) -> String {
    let vmas =
      sweep.fewestVmas == sweep.mostVmas ? "\(sweep.mostVmas)" : "\(sweep.fewestVmas) to \(sweep.mostVmas)"
    let kinds = sweep.rows.filter { $0.existing > 0 }.map { "\($0.kind) \($0.tried)" }.joined(separator: ", ")
    let skipped = sweep.pointsSkipped == 0 ? "none skipped" : "\(sweep.pointsSkipped) SKIPPED"
    var text = """

      layout      \(sweep.layout): \(sweep.spaces) address space\(sweep.spaces == 1 ? "" : "s") of \(vmas) vmas
      \(sweep.design.map { "design      \($0.rawValue)" } ?? "observer    \(sweep.observer ?? "none")")
      points      \(sweep.pointsTried) of \(sweep.pointsSelected), \(skipped); \(sweep.pointsExisting) exist
                  \(kinds)
      failed      \(sweep.failedForks) forks

      """
    if !sweep.lacking.isEmpty {
      let names = sweep.lacking.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
      text += "skipped     what the subject does not have: \(names.joined(separator: ", "))\n"
    }
    for broken in sweep.brokenLaws { text += "violation   \(broken.law.rawValue) at \(broken.count) points\n" }
    if let first = sweep.firstViolation { text += "first       \(first)\n" }
    return sweep.violations.isEmpty ? text + "found       nothing\n" : text
  }

  package func encode(to encoder: any Encoder) throws {
    let fields: JSONObject = [
      "subject": subject, "mode": mode.rawValue, "sample": isSample, "seconds": seconds, "points": pointsTried,
      "interrupted": wasInterrupted, "status": status.rawValue, "ended": ended, "sweeps": sweeps.map(Self.fields(of:)),
    ]
    try fields.encode(to: encoder)
  }

  private static func fields(of sweep: ForkSweepReport) -> JSONObject {
    let kinds = sweep.rows.map { row -> JSONObject in
      ["kind": row.kind, "tried": row.tried, "selected": row.selected, "existing": row.existing]
    }
    return [
      "layout": sweep.layout, "design": sweep.design?.rawValue, "observer": sweep.observer,
      "addressSpaces": sweep.spaces,
      "fewestVmas": sweep.fewestVmas, "mostVmas": sweep.mostVmas, "tried": sweep.pointsTried,
      "selected": sweep.pointsSelected, "existing": sweep.pointsExisting, "failedForks": sweep.failedForks,
      "violations": Dictionary(uniqueKeysWithValues: sweep.brokenLaws.map { ($0.law.rawValue, $0.count) }),
      "skipped": sweep.lacking, "firstViolation": sweep.firstViolation?.description, "kinds": kinds,
    ]
  }
}
