import Proofs

/// Proofs that come as obligations, by family.
struct ProofSource {
  var kind: ObligationKind
  /// Makes them, with a clock in seconds, and tells each as it is done.
  var run: (ProofLimits, QueryLog?, () -> Double, (ObligationReport) -> Void) throws -> Void

  /// All of them, in the order in which they are made.
  static var all: [ProofSource] {
    [
      ProofSource(kind: .bounds) { limits, log, clock, report in
        _ = try BoundProofs(limits: limits, log: log).run([.bounds], clock: clock, report: report)
      },
      ProofSource(kind: .duplicate) { limits, log, clock, report in
        _ = try BoundProofs(limits: limits, log: log).run([.duplicate], clock: clock, report: report)
      },
      ProofSource(kind: .teardown) { limits, log, _, report in
        _ = try TeardownProofs.run(limits: limits, log: log, report: report)
      },
    ]
  }
}
