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

  private var ending: String {
    let failure = steps.firstFailed.map { failed in
      " at step \(failed.number), \(failed.step.name) \(steps.count(of: [failed.step], untilFailure: true))"
    }
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
    default: "error \(number)"
    }
  }
}
