/// The version of a Z3 library.
package struct SolverVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int
  package let build: Int

  /// The oldest that the verdicts were checked with: Debian 12's.
  package static let oldestSupported = SolverVersion(4, 8, 12)

  package init(_ major: Int, _ minor: Int, _ build: Int) {
    self.major = major
    self.minor = minor
    self.build = build
  }

  package var description: String { "\(major).\(minor).\(build)" }

  package static func < (left: SolverVersion, right: SolverVersion) -> Bool {
    (left.major, left.minor, left.build) < (right.major, right.minor, right.build)
  }
}
