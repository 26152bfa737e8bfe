import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SeededDefects
import SortedArrayOracle
import Support

/// Work that can be done on any subject. Each call is with a type that is known, so that the compiler makes a copy for
/// each and the loop inside calls no witness.
public protocol SubjectWork {
  associatedtype Result

  /// Operations that the subject has not: they are left out, and counted by name.
  var skippedKinds: Set<OperationKind> { get set }

  func run<Subject: RangeMap & ~Copyable>(_ makeSubject: @escaping (MapConfiguration) -> Subject) throws -> Result
}

/// Work on a subject whose nodes may be looked at.
public protocol ShapedWork {
  associatedtype Result

  func run<Subject: ShapedRangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> Result
}

/// Work on two subjects at once.
public protocol PairWork {
  associatedtype Result

  func run<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>(
    _ makeFirst: @escaping (MapConfiguration) -> First, _ makeSecond: @escaping (MapConfiguration) -> Second
  ) throws -> Result
}

extension SubjectName {
  /// Runs work on the subject. Call it in the module of the work: elsewhere the work is not compiled for the subject's
  /// type, and is many times slower.
  @inlinable
  public func run<Work: SubjectWork>(_ work: Work) throws -> Work.Result {
    var work = work
    if case .library(let path, _) = self { work.skippedKinds = try Self.library(at: path).skippedKinds }
    return try run(shaped: PlainWork(work: work))
  }

  @inlinable
  public func run<Work: ShapedWork>(shaped work: Work) throws -> Work.Result {
    switch self {
    case .maple: return try work.run { MapleTreeSubject(configuration: $0) }
    case .mapleAs(let rule): return try work.run { MapleTreeSubject(configuration: $0, rebuildRule: rule) }
    case .oracle: return try work.run { SortedArrayOracle(configuration: $0) }
    case .canary: return try work.run { CanarySubject(configuration: $0) }
    case .library(let path, _):
      let library = try Self.library(at: path)
      return try work.run { library.map(of: $0) }
    case .kernelFork: throw treeRefusal
    }
  }

  @usableFromInline
  static func library(at path: String) throws -> SubjectLibrary { try load(path) }

  /// Work on this subject and another one.
  @inlinable
  public func run<Work: PairWork>(with other: SubjectName, _ work: Work) throws -> Work.Result {
    try run(shaped: WorkWithSecond(second: other, work: work))
  }

  /// What a comparison with this subject can look at.
  package func comparisonOptions() throws -> ComparisonOptions {
    var options = ComparisonOptions()
    let ofNodes: Bool
    switch self {
    case .maple, .mapleAs: ofNodes = true
    case .oracle, .canary: ofNodes = false
    case .kernelFork: throw isNoTree
    case .library(let path, _):
      let library = try Self.load(path)
      options.skippedKinds = library.skippedKinds
      let features = library.features
      if !features.contains(.readerMode) { options.skippedKinds.insert(.setReadCopyUpdate) }
      if !features.contains(.readers) { options.skippedKinds.formUnion([.enterReader, .leaveReader]) }
      if !features.contains(.failureControl) { options.skippedKinds.insert(.failAllocation) }
      if !features.contains(.interlopers) { options.skippedKinds.insert(.interlope) }
      options.comparesShapes = features.contains(.shape)
      options.comparesCounts = features.contains(.counters)
      return options
    }
    // A subject without nodes makes no request, and no writer comes in between.
    if !ofNodes { options.skippedKinds = [.failAllocation, .interlope] }
    (options.comparesShapes, options.comparesCounts) = (ofNodes, ofNodes)
    return options
  }
}

/// Work that looks at no node.
@usableFromInline
struct PlainWork<Work: SubjectWork>: ShapedWork {
  @usableFromInline var work: Work

  @inlinable
  init(work: Work) { self.work = work }

  @inlinable
  func run<Subject: ShapedRangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> Work.Result {
    try work.run(makeSubject)
  }
}

@usableFromInline
struct WorkWithSecond<Work: PairWork>: ShapedWork {
  @usableFromInline var second: SubjectName
  @usableFromInline var work: Work

  @inlinable
  init(second: SubjectName, work: Work) { (self.second, self.work) = (second, work) }

  @inlinable
  func run<First: ShapedRangeMap & ~Copyable>(
    _ makeFirst: @escaping (MapConfiguration) -> First
  ) throws -> Work.Result {
    try second.run(shaped: WorkWithBoth(makeFirst: makeFirst, work: work))
  }
}

@usableFromInline
struct WorkWithBoth<Work: PairWork, First: ShapedRangeMap & ~Copyable>: ShapedWork {
  @usableFromInline var makeFirst: (MapConfiguration) -> First
  @usableFromInline var work: Work

  @inlinable
  init(makeFirst: @escaping (MapConfiguration) -> First, work: Work) { (self.makeFirst, self.work) = (makeFirst, work) }

  @inlinable
  func run<Second: ShapedRangeMap & ~Copyable>(
    _ makeSecond: @escaping (MapConfiguration) -> Second
  ) throws -> Work.Result {
    try work.run(makeFirst, makeSecond)
  }
}
