import ArgumentParser
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle

/// The subjects that the command knows.
enum SubjectName: String, CaseIterable, Codable, ExpressibleByArgument {
  case maple, oracle, canary

  /// Whether `maplecheck replay` must be told.
  var argument: String? { self == .maple ? nil : rawValue }
}

/// Work that can be done on any subject. Each call is with a type that is known, so that the compiler makes a copy for
/// each and the loop inside calls no witness.
protocol SubjectWork {
  associatedtype Result

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) throws -> Result
}

extension SubjectName {
  func run<Work: SubjectWork>(_ work: Work) throws -> Work.Result {
    switch self {
    case .maple: try work.run { MapleTreeSubject(configuration: $0) }
    case .oracle: try work.run { SortedArrayOracle(configuration: $0) }
    case .canary: try work.run { CanarySubject(configuration: $0) }
    }
  }
}

extension GeometryName: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "linux64": self = .linux64
    case "tiny": self = .tiny
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["linux64", "tiny"] }
}

/// The kind of tree, where the user wants one.
struct TreeOptions: ParsableArguments {
  @Option(help: "The sizes of nodes. With this or a flag below the kind of tree is fixed; else each seed chooses.")
  var geometry: GeometryName?

  @Flag(help: "An allocation tree, which tracks gaps.")
  var gaps = false

  @Flag(help: "A tree that readers may be in (read-copy-update).")
  var rcu = false

  @Flag(help: "A tree under the caller's lock.")
  var externalLock = false

  /// The kind, or `nil` where nothing was asked for.
  var configuration: MapConfiguration? {
    guard geometry != nil || gaps || rcu || externalLock else { return nil }
    return MapConfiguration(
      tracksGaps: gaps, usesReadCopyUpdate: rcu, hasExternalLock: externalLock, geometry: geometry ?? .linux64)
  }
}
