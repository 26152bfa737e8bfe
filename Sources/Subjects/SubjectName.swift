import ExternalSubject
import Glibc
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle
import Support
import Synchronization

/// The subjects that the command knows.
///
/// It is public for speed alone: work is compiled for the type of each subject, in the module that has the work.
public enum SubjectName: Hashable, Sendable {
  case maple, oracle, canary
  /// The tree with the algorithm of one version of Linux.
  case mapleAs(RebuildRule)
  /// A shared library that fills the table of `CSubjectABI`, and the text that the user named it by.
  case library(path: String, argument: String)
  /// A kernel's own fork, a shared library that fills the table of `CForkABI`. It is no tree.
  case kernelFork(path: String, argument: String)

  public init?(argument: String) {
    switch argument {
    case "maple": self = .maple
    case "oracle": self = .oracle
    case "canary": self = .canary
    case "linux": self = .library(path: LinuxLibraries.path(of: LinuxLibraries.newest), argument: argument)
    default:
      if let name = Self.ofFork(argument) {
        self = name
        return
      }
      if argument.hasPrefix("maple-"), let rule = RebuildRule(rawValue: String(argument.dropFirst(6))) {
        self = .mapleAs(rule)
        return
      }
      if let version = LinuxLibraries.version(in: argument), !argument.hasSuffix(".so") {
        self = .library(path: LinuxLibraries.path(of: version), argument: argument)
        return
      }
      let path = argument.hasPrefix("linux:") ? String(argument.dropFirst(6)) : argument
      guard path.contains("/") || path.hasSuffix(".so") else { return nil }
      self = .library(path: path, argument: argument)
    }
  }

  /// As the user writes it.
  public var name: String {
    switch self {
    case .maple: "maple"
    case .mapleAs(let rule): "maple-\(rule.rawValue)"
    case .oracle: "oracle"
    case .canary: "canary"
    case .library(_, let argument), .kernelFork(_, let argument): argument
    }
  }

  /// Whether it is a shared library that is a tree.
  var isLibrary: Bool { if case .library = self { true } else { false } }

  /// How our tree rebuilds its levels; `nil` for what is not our tree.
  package var rebuildRule: RebuildRule? {
    switch self {
    case .maple: .newest
    case .mapleAs(let rule): rule
    case .oracle, .canary, .library, .kernelFork: nil
    }
  }

  /// The algorithm that the subject's nodes are those of: our tree's, or the one nearest to a library's; `nil` for what
  /// has no nodes.
  package var algorithm: RebuildRule? { rebuildRule ?? libraryName.map { LibraryAlgorithm(ofLibrary: $0).rule } }

  /// The sizes of a library's nodes: it may be built with small ones. Our tree has any.
  package var libraryGeometry: GeometryName {
    libraryName?.contains(" with small nodes") == true ? .tiny : .linux64
  }

  /// What a library says of itself, such as the version of its kernel; `nil` for what is not a library.
  package var libraryName: String? {
    switch self {
    case .maple, .mapleAs, .oracle, .canary: nil
    case .library(let path, _): (try? Self.load(path))?.name
    case .kernelFork(let path, _): try? KernelForkLibraries.name(of: path)
    }
  }

  /// What the subject is; of a library, what it says of itself.
  package var ownDescription: String {
    get throws(CommandFailure) {
      switch self {
      case .maple: "MapleCheck's tree, with the algorithm of Linux \(RebuildRule.newest.rawValue)"
      case .mapleAs(let rule): "MapleCheck's tree, with the algorithm of Linux \(rule.rawValue)"
      case .oracle: "the sorted array that all subjects are compared with"
      case .canary: "a tree that is broken on purpose"
      case .library(let path, _): try Self.load(path).name
      case .kernelFork(let path, _): try KernelForkLibraries.name(of: path)
      }
    }
  }

  /// The name, and what a library says of itself.
  package var fullName: String { libraryName.map { "\(name): \($0)" } ?? name }

  /// Whether `maplecheck replay` must be told.
  package var argument: String? { self == .maple ? nil : name }
}

extension SubjectName {
  /// The libraries that were loaded, by their paths. A library tells its violations to the one that loaded it last, so
  /// that nobody may load it twice.
  private static let loaded = Mutex<[String: SubjectLibrary]>([:])

  /// Loads a library, and makes sure that it makes maps of every kind.
  package static func load(_ path: String) throws(CommandFailure) -> SubjectLibrary {
    if let library = loaded.withLock({ $0[path] }) { return library }
    let library = try loadFirst(path)
    loaded.withLock { $0[path] = library }
    return library
  }

  private static func loadFirst(_ path: String) throws(CommandFailure) -> SubjectLibrary {
    if KernelForkLibraries.isFork(path) { throw SubjectName.kernelFork(path: path, argument: path).isNoTree }
    if let complaint = LinuxLibraries.complaint(about: path) { throw complaint }
    do throws(SubjectLibraryError) {
      let library = try SubjectLibrary(path: path)
      for kind in 0..<8 {
        let configuration = MapConfiguration(
          tracksGaps: kind & 1 != 0, usesReadCopyUpdate: kind & 2 != 0, hasExternalLock: kind & 4 != 0)
        guard library.makeMap(configuration: configuration) != nil else {
          throw .incomplete(path: path, functions: ["create for kind \(kind)"])
        }
      }
      return library
    } catch {
      throw CommandFailure(error.description)
    }
  }
}

extension SubjectLibrary {
  /// The operations that cannot be refused by an error and that the library has not.
  public var skippedKinds: Set<OperationKind> {
    var kinds: Set<OperationKind> = []
    if !features.contains(.cursors) { kinds.formUnion([.cursorMove, .cursorSet, .cursorPause, .cursorReset]) }
    if !features.contains(.cursors) || !features.contains(.cursorWrites) {
      kinds.formUnion([.cursorStore, .cursorErase])
    }
    if !features.contains(.neighbours) { kinds.formUnion([.next, .previous]) }
    if !features.contains(.load) { kinds.insert(.load) }
    if !features.contains(.find) { kinds.formUnion([.find, .findAfter]) }
    return kinds
  }

  /// An empty map; that the library makes every kind was made sure of when it was loaded.
  public func map(of configuration: MapConfiguration) -> ExternalSubject {
    guard let map = makeMap(configuration: configuration) else {
      preconditionFailure("\(path): the library has no memory for an empty map")
    }
    return map
  }
}
