import MapleTreeModule
import Operations
import Proofs
import Support

/// What came of `maplecheck prove`.
struct ProveReport {
  var families: [ObligationKind] = []
  var rows: [BoundRow] = []
  var obligations: [ObligationReport] = []
  var differences: [String] = []
  var seconds = 0.0
  var wasInterrupted = false
  /// Whether what came out was compared with the pins.
  var isPinned = false
  /// Why the work could not go on.
  var failure: String?
  /// The files of scripts that were written, by the name of the formula that each is about.
  var scriptFiles: [String: String] = [:]

  /// What is pinned of a family.
  func pins(_ family: ObligationKind) -> [String: ExpectedVerdicts.Pin] {
    var pins: [String: ExpectedVerdicts.Pin] = [:]
    if family == .bounds { for row in rows { pins[row.name] = row.pin } }
    for obligation in obligations where obligation.kind == family { pins[obligation.name] = obligation.pin }
    return pins
  }

  /// Where the pins say so, a formula may be unsound and an obligation violated.
  var status: ExitStatus {
    if !differences.isEmpty { return .violation }
    if obligations.contains(where: { $0.verdict != .undecided && !$0.weaknesses.isEmpty }) { return .violation }
    if !isPinned {
      if rows.contains(where: { $0.verdict == .unsound }) { return .violation }
      if obligations.contains(where: { $0.verdict == .violated }) { return .violation }
    }
    return undecided.isEmpty ? .clean : .undecided
  }

  /// Why no full answer was given.
  private var undecided: [String] {
    var reasons: [String] = []
    if let failure { reasons.append(failure) }
    if wasInterrupted { reasons.append("interrupted, so that not all was proved") }
    for row in rows where row.verdict == .undecided { reasons.append("\(row.name): the solver did not decide it") }
    for obligation in obligations where obligation.verdict == .undecided {
      reasons.append("\(obligation.name): the solver did not decide it")
    }
    // A failure says why already.
    for family in families where failure == nil && pins(family).isEmpty {
      reasons.append("\(family.rawValue): nothing was proved")
    }
    return reasons
  }

  /// All that is wrong, a line each.
  var complaints: [String] {
    var lines = differences
    for obligation in obligations where obligation.verdict != .undecided {
      lines += obligation.weaknesses.map { "\(obligation.name): \($0)" }
    }
    return lines + undecided
  }
}
