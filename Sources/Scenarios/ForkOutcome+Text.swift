import AddressSpaceModel

extension ForkOutcome {
  /// What a fork did, in one line: whether it failed and where, the vmas it copied, and its steps that can fail.
  public var text: String {
    var parts = [ending, "\(copiedCount) \(copiedCount == 1 ? "vma" : "vmas") copied"]
    let kinds = FailureKind.allCases.filter { steps.steps(of: $0) > 0 }.map { "\(steps.steps(of: $0)) \($0.word)" }
    parts.append(kinds.isEmpty ? "no step that can fail" : "steps: \(kinds.joined(separator: ", "))")
    if nodeRequests > 0 { parts.append("\(nodeRequests) \(nodeRequests == 1 ? "node-request" : "node-requests")") }
    parts += violations.map { "VIOLATION: \($0)" }
    return parts.joined(separator: "; ")
  }

  private var ending: String {
    guard let error else { return "forked, and the child was torn down" }
    let reason =
      switch error {
      case .outOfMemory: "out of memory"
      case .interrupted: "interrupted"
      }
    guard let refusal = steps.firstRefusal else { return "failed: \(reason)" }
    return "failed at step \(refusal.step), \(refusal.kind.word) \(steps.steps(of: refusal.kind)): \(reason)"
  }
}
