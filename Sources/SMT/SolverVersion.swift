/// The version of a Z3 library.
public struct SolverVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
  public let major: Int
  public let minor: Int
  public let build: Int

  /// The oldest that the verdicts were checked with: Debian 12's.
  public static let oldestSupported = SolverVersion(4, 8, 12)

  public init(_ major: Int, _ minor: Int, _ build: Int) {
    self.major = major
    self.minor = minor
    self.build = build
  }

  public var description: String { "\(major).\(minor).\(build)" }

  public static func < (left: SolverVersion, right: SolverVersion) -> Bool {
    (left.major, left.minor, left.build) < (right.major, right.minor, right.build)
  }
}
