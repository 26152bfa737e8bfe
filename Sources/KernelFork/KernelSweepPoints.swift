import AddressSpaceModel
import Scenarios

/// Which failures a sweep over a kernel's fork tries: each step once, each step and all after it, and each kind of step
/// from one on while all others succeed.
package enum KernelSweepPoints {
  /// A failure, and the name under which it is counted; `nil` for that of the step that fails.
  package struct Point: Sendable {
    package var name: String?
    package var failure: ForkFailure
  }

  /// Nobody, and each observer of a script that the machine has. Two stand for one: the kernel's own swap-off asks what
  /// it asks.
  package static let observers: [ForkObserver?] =
    [nil] + ForkObserver.allCases.filter { $0.isOfKernels && $0 != .checkedSwapOff }.map(Optional.some)

  /// - Parameter count: how many steps of a name a fork has that meets no failure.
  package static func points(_ rule: SweepRule = SweepRule(), _ count: (KernelStep) -> UInt64) -> [Point] {
    let total = KernelStep.allCases.reduce(0) { $0 + count($1) }
    var points: [Point] = []
    for forever in rule.durations {
      for index in rule.selection.indices(of: total) {
        points.append(Point(name: nil, failure: .step(index, kind: nil, forever: forever)))
      }
    }
    for (kind, count) in kinds(rule, count) {
      for index in rule.selection.indices(of: count) {
        points.append(Point(name: "\(kind.word) alone", failure: .step(index, kind: kind, forever: true)))
      }
    }
    return points
  }

  /// The names of points, and how many failures there are of each.
  static func names(_ rule: SweepRule, _ count: (KernelStep) -> UInt64) -> [(name: String, count: Int)] {
    KernelStep.allCases.map { ($0.name, Int(count($0)) * rule.durations.count) }
      + FailureKind.allCases.map { kind in
        ("\(kind.word) alone", Int(kinds(rule, count).first { $0.kind == kind }?.count ?? 0))
      }
  }

  /// The kinds of steps of which a fork has some, and others too.
  private static func kinds(
    _ rule: SweepRule, _ count: (KernelStep) -> UInt64
  ) -> [(kind: FailureKind, count: UInt64)] {
    if !rule.durations.contains(true) { return [] }
    let total = KernelStep.allCases.reduce(0) { $0 + count($1) }
    return FailureKind.allCases.map { kind in (kind, kind.kernelSteps.reduce(0) { $0 + count($1) }) }
      .filter { $0.count > 0 && $0.count < total }
  }
}
