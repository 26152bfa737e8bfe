import AddressSpaceModel
import Scenarios

/// Which failures a sweep over a kernel's fork tries, and who looks meanwhile.
package enum KernelSweepPoints {
  /// Nobody, and each observer that the machine has. Two stand for one: the kernel's own swap-off asks what it asks.
  package static let observers: [ForkObserver?] =
    [nil] + ForkObserver.allCases.filter { $0.isOfKernels && $0 != .checkedSwapOff }.map(Optional.some)

  /// A failure, and the name under which it is counted.
  package struct Point: Sendable {
    package var name: String
    package var failure: ForkFailure
  }

  /// The failures of a fork whose steps were counted: each step once, each step and all after it, and each kind of step
  /// from one on while all others succeed.
  /// - Parameter count: how many steps of a name a fork has that meets no failure.
  package static func points(_ count: (KernelStep) -> UInt64) -> [Point] {
    let total = KernelStep.allCases.reduce(0) { $0 + count($1) }
    var points: [Point] = []
    for forever in [false, true] where total > 0 {
      for index in 1...total {
        points.append(Point(name: "step", failure: .step(index, kind: nil, forever: forever)))
      }
    }
    for kind in FailureKind.allCases {
      let count = kind.kernelSteps.reduce(0) { $0 + count($1) }
      if count == 0 || count == total { continue }
      for index in 1...count {
        points.append(Point(name: kind.word, failure: .step(index, kind: kind, forever: true)))
      }
    }
    return points
  }
}
