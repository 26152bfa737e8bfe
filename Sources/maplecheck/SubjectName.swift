import ArgumentParser
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
enum SubjectName: Hashable, ExpressibleByArgument {
  case maple, oracle, canary
  /// The tree with the algorithm of one version of Linux.
  case mapleAs(RebuildRule)
  /// A shared library that fills the table of `CSubjectABI`, and the text that the user named it by.
  case library(path: String, argument: String)
  /// A kernel's own fork, a shared library that fills the table of `CForkABI`. It is no tree.
  case kernelFork(path: String, argument: String)

  init?(argument: String) {
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

  static var allValueStrings: [String] {
    ["maple"] + RebuildRule.allCases.map { "maple-\($0.rawValue)" } + [
      "oracle", "canary", "linux", "linux-VERSION", "linux-tree", "linux-tree-VERSION",
      "linux-fork", "linux-fork-VERSION", "linux:PATH", "linux-fork:PATH", "PATH.so",
    ]
  }

  /// What the names of libraries mean.
  static let help = ArgumentHelp(
    """
    What is checked. linux is the newest kernel's tree that make linux has built, and linux-VERSION another one's, in a \
    copy that corrects the two faults of reader-teardown, around which no caller can step. linux:PATH and PATH.so are \
    a library as it is, such as .build/linux/6.12/libmaplecheck-linux.so, the kernel's file unchanged. For forks linux \
    and linux-VERSION are a kernel's own fork, which make linux-fork has built: linux-fork everywhere. linux-tree is \
    the kernel's tree under our model of fork.
    """)

  var defaultValueDescription: String { name }

  /// As the user writes it.
  var name: String {
    switch self {
    case .maple: "maple"
    case .mapleAs(let rule): "maple-\(rule.rawValue)"
    case .oracle: "oracle"
    case .canary: "canary"
    case .library(_, let argument), .kernelFork(_, let argument): argument
    }
  }

  /// How our tree rebuilds its levels; `nil` for what is not our tree.
  var rebuildRule: RebuildRule? {
    switch self {
    case .maple: .newest
    case .mapleAs(let rule): rule
    case .oracle, .canary, .library, .kernelFork: nil
    }
  }

  /// The algorithm that the subject's nodes are those of: our tree's, or the one nearest to a library's; `nil` for what
  /// has no nodes.
  var algorithm: RebuildRule? { rebuildRule ?? libraryName.map { LibraryAlgorithm(ofLibrary: $0).rule } }

  /// What a library says of itself, such as the version of its kernel; `nil` for what is not a library.
  var libraryName: String? {
    switch self {
    case .maple, .mapleAs, .oracle, .canary: nil
    case .library(let path, _): (try? Self.load(path))?.name
    case .kernelFork(let path, _): try? KernelForkLibraries.name(of: path)
    }
  }

  /// The name, and what a library says of itself.
  var fullName: String { libraryName.map { "\(name): \($0)" } ?? name }

  /// Whether `maplecheck replay` must be told.
  var argument: String? { self == .maple ? nil : name }
}

/// Work that can be done on any subject. Each call is with a type that is known, so that the compiler makes a copy for
/// each and the loop inside calls no witness.
protocol SubjectWork {
  associatedtype Result

  /// Operations that the subject has not: they are left out, and counted by name.
  var skippedKinds: Set<OperationKind> { get set }

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) throws -> Result
}

extension SubjectName {
  func run<Work: SubjectWork>(_ work: Work) throws -> Work.Result {
    var work = work
    if case .library(let path, _) = self { work.skippedKinds = try Self.load(path).skippedKinds }
    return try run(shaped: PlainWork(work: work))
  }

  /// The libraries that were loaded, by their paths. A library tells its violations to the one that loaded it last, so
  /// that nobody may load it twice.
  private static let loaded = Mutex<[String: SubjectLibrary]>([:])

  /// Loads a library, and makes sure that it makes maps of every kind.
  static func load(_ path: String) throws(CommandFailure) -> SubjectLibrary {
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
  var skippedKinds: Set<OperationKind> {
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
  func map(of configuration: MapConfiguration) -> ExternalSubject {
    guard let map = makeMap(configuration: configuration) else {
      preconditionFailure("\(path): the library has no memory for an empty map")
    }
    return map
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
