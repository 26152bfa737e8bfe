extension KernelForkOutcome {
  /// What a fork did, in one line: whether it failed and where, the vmas of the child, and its steps that can fail.
  package var text: String {
    var parts = [ending]
    let steps = KernelStep.allCases.filter { self.steps.count(of: $0) > 0 }.map {
      "\(self.steps.count(of: $0)) \($0.name)"
    }
    parts.append(steps.isEmpty ? "no step that can fail" : "steps: \(steps.joined(separator: ", "))")
    if looks > 0 { parts.append("looked at \(looks == 1 ? "once" : "\(looks) times")") }
    if let limit { parts.append("NOT DECIDED: \(limit)") }
    parts += violations.map { "VIOLATION: \($0)" }
    return parts.joined(separator: "; ")
  }

  /// What a call did, in one line.
  package var textOfCall: String {
    let failure = failureText ?? ""
    let ending =
      switch error {
      case nil: failure.isEmpty ? "done" : "done, though refused\(failure)"
      case .refused(let number): "refused\(failure): \(Self.name(ofError: number))"
      case .ended: "ended\(failure)"
      }
    var parts = [ending]
    if looks > 0 { parts.append("looked at \(looks == 1 ? "once" : "\(looks) times")") }
    if let limit { parts.append("NOT DECIDED: \(limit)") }
    return (parts + violations.map { "VIOLATION: \($0)" }).joined(separator: "; ")
  }

  private var failureText: String? {
    steps.firstFailed.map { failed in
      " at step \(failed.number), \(failed.step.name) \(steps.count(of: [failed.step], untilFailure: true))"
    }
  }

  private var ending: String {
    let failure = failureText
    switch error {
    case nil:
      let child = "the child of \(copiedCount) \(copiedCount == 1 ? "vma" : "vmas") was torn down"
      return failure.map { "forked, though refused\($0), and \(child)" } ?? "forked, and \(child)"
    case .refused(let number): return "failed\(failure ?? ""): \(Self.name(ofError: number))"
    case .ended: return "ended\(failure ?? "")"
    }
  }

  private static func name(ofError number: Int32) -> String {
    switch number {
    case 4: "interrupted"
    case 12: "out of memory"
    case 14: "not mapped"
    case 22: "no such request"
    default: "error \(number)"
    }
  }
}
