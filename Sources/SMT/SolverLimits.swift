/// How much a solver may spend on one check before it answers `unknown`. Memory is limited for the whole process, since
/// Z3 counts it so: `SolverLibrary.limitMemory(megabytes:)`.
package struct SolverLimits: Hashable, Sendable {
  /// Wall clock. None: no limit.
  package var milliseconds: Int?
  /// Steps, by Z3's own count: the same check ends at the same step on any machine. None: no limit.
  package var steps: Int?

  package static let none = SolverLimits()

  /// - Precondition: each limit is above 0 and below 2^32 - 1.
  package init(milliseconds: Int? = nil, steps: Int? = nil) {
    for limit in [milliseconds, steps] {
      if let limit { precondition(limit > 0 && limit < UInt32.max, "a limit of \(limit)") }
    }
    self.milliseconds = milliseconds
    self.steps = steps
  }
}
