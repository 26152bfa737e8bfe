import Support

/// What came of a run of proofs.
package struct ProofResult: Sendable {
  package internal(set) var proofs: [ProofReport] = []
  /// How what was found differs from the manifest and from the pins.
  package internal(set) var differences: [String] = []
  package internal(set) var seconds = 0.0
  package internal(set) var wasInterrupted = false
  /// Whether what came out was compared with the pins. Then a formula may be too low, and a claim broken, if the pins
  /// say so.
  package private(set) var isPinned = false
  /// Why the work could not go on.
  package internal(set) var failure: String?

  /// What is pinned of a family.
  package func pins(_ family: ProofFamily) -> [String: ExpectedVerdicts.Pin] {
    Dictionary(uniqueKeysWithValues: proofs.filter { $0.family == family }.map { ($0.name, $0.pin) })
  }

  /// Compares with pins.
  /// - Parameter isComplete: whether all obligations of the families were in the run.
  package mutating func compare(with pins: ExpectedVerdicts, _ families: [ProofFamily], isComplete: Bool) {
    isPinned = true
    for family in families {
      differences += pins.differences(
        family, from: self.pins(family), isComplete: isComplete && !wasInterrupted && failure == nil)
    }
  }

  /// How a command that proves ends.
  package var status: ExitStatus {
    if !differences.isEmpty { return .violation }
    if proofs.contains(where: { $0.verdict != .undecided && !$0.weaknesses.isEmpty }) { return .violation }
    if !isPinned && proofs.contains(where: \.verdict.isBroken) { return .violation }
    return undecided.isEmpty ? .clean : .undecided
  }

  /// Why no full answer was given.
  private var undecided: [String] {
    var reasons = failure.map { [$0] } ?? []
    if wasInterrupted { reasons.append("interrupted, so that not all was proved") }
    for proof in proofs where proof.verdict == .undecided {
      reasons.append("\(proof.name): the solver did not decide it")
    }
    if proofs.isEmpty && reasons.isEmpty { reasons.append("nothing was proved") }
    return reasons
  }

  /// All that is wrong, a line each.
  package var complaints: [String] {
    differences
      + proofs.filter { $0.verdict != .undecided }.flatMap { proof in proof.weaknesses.map { "\(proof.name): \($0)" } }
      + undecided
  }
}

extension ProofResult: Encodable {
  package func encode(to encoder: any Encoder) throws {
    let fields: JSONObject = [
      "proofs": proofs, "differences": differences, "complaints": complaints, "status": status.rawValue,
      "seconds": seconds,
    ]
    try fields.encode(to: encoder)
  }
}
