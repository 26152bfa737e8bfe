import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SortedArrayOracle

/// Work on a subject whose nodes may be looked at.
protocol ShapedWork {
  associatedtype Result

  func run<Subject: ShapedRangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> Result
}

/// Work on two subjects at once.
protocol PairWork {
  associatedtype Result

  func run<First: ShapedRangeMap & ~Copyable, Second: ShapedRangeMap & ~Copyable>(
    _ makeFirst: @escaping (MapConfiguration) -> First, _ makeSecond: @escaping (MapConfiguration) -> Second
  ) throws -> Result
}

extension SubjectName {
  func run<Work: ShapedWork>(shaped work: Work) throws -> Work.Result {
    switch self {
    case .maple: return try work.run { MapleTreeSubject(configuration: $0) }
    case .mapleAs(let rule): return try work.run { MapleTreeSubject(configuration: $0, rebuildRule: rule) }
    case .oracle: return try work.run { SortedArrayOracle(configuration: $0) }
    case .canary: return try work.run { CanarySubject(configuration: $0) }
    case .library(let path, _):
      let library = try Self.load(path)
      return try work.run { library.map(of: $0) }
    case .kernelFork: throw isNoTree
    }
  }

  /// Work on this subject and another one.
  func run<Work: PairWork>(with other: SubjectName, _ work: Work) throws -> Work.Result {
    try run(shaped: WorkWithSecond(second: other, work: work))
  }

  /// What a comparison with this subject can look at.
  func comparisonOptions() throws -> ComparisonOptions {
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
struct PlainWork<Work: SubjectWork>: ShapedWork {
  var work: Work

  func run<Subject: ShapedRangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> Work.Result {
    try work.run(makeSubject)
  }
}

private struct WorkWithSecond<Work: PairWork>: ShapedWork {
  var second: SubjectName
  var work: Work

  func run<First: ShapedRangeMap & ~Copyable>(
    _ makeFirst: @escaping (MapConfiguration) -> First
  ) throws -> Work.Result {
    try second.run(shaped: WorkWithBoth(makeFirst: makeFirst, work: work))
  }
}

private struct WorkWithBoth<Work: PairWork, First: ShapedRangeMap & ~Copyable>: ShapedWork {
  var makeFirst: (MapConfiguration) -> First
  var work: Work

  func run<Second: ShapedRangeMap & ~Copyable>(
    _ makeSecond: @escaping (MapConfiguration) -> Second
  ) throws -> Work.Result {
    try work.run(makeFirst, makeSecond)
  }
}
