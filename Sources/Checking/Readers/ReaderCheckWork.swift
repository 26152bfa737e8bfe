import ExternalSubject
import Harness
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import Readers
import Subjects
import Support
import WitnessedMapleTree

/// Work on a map that shows its accesses.
protocol WitnessedWork {
  associatedtype Result
  func run<Map: WitnessedRangeMap & ~Copyable>(_ makeMap: @escaping (MapConfiguration) -> Map) throws -> Result
}

extension SubjectName {
  /// Whether readers of the subject may search for gaps beside a writer. The kernel's callers hold a lock there, and so
  /// do those of other libraries.
  package var searchesGapsBesideWriter: Bool { libraryName == nil }

  /// Runs work on the subject, in its build that shows accesses.
  func run<Work: WitnessedWork>(witnessed work: Work) throws -> Work.Result {
    switch self {
    case .maple: return try work.run { WitnessedMapleTree.MapleTreeSubject(configuration: $0) }
    case .mapleAs(let rule):
      // The module has a rule of its own, of the same names.
      let rule = WitnessedMapleTree.RebuildRule(rawValue: rule.rawValue) ?? .newest
      return try work.run { WitnessedMapleTree.MapleTreeSubject(configuration: $0, rebuildRule: rule) }
    case .oracle, .canary, .library, .kernelFork:
      let library = try witnessedLibrary
      return try work.run { library.map(of: $0) }
    }
  }
}

/// Generated readers beside a writer.
package struct ReaderCheckWork: WitnessedWork {
  var seed: UInt64
  var limits: CheckLimits
  var order: MemoryOrder?
  /// Faults that the subject is known to have, which are passed by.
  var passedBy: Set<KnownReaderFault>
  /// Whether generated readers search for gaps.
  private var searchesGaps = false
  /// The scripts to run instead of generated ones.
  package var cases: [ReaderCase] = []
  /// Scripts of what is known of the subject; `nil` for none.
  package var known: KnownScripts<ReaderScript>?

  package init(seed: UInt64, limits: CheckLimits, order: MemoryOrder?, passedBy: Set<KnownReaderFault>) {
    (self.seed, self.limits, self.order, self.passedBy) = (seed, limits, order, passedBy)
  }

  package func check(_ subject: SubjectName) throws -> CheckReport<ReaderScript> {
    var work = self
    work.searchesGaps = subject.searchesGapsBesideWriter
    return try subject.run(witnessed: work)
  }

  /// Runs the cases, and compares how many interleavings they have with what is pinned, if all were tried.
  /// - Parameters:
  ///   - accepts: whether the counts are pinned from now on.
  ///   - isPinned: whether other counts than the pinned ones are a complaint.
  package func sweep(_ subject: SubjectName, accepts: Bool, isPinned: Bool) throws -> CheckReport<ReaderScript> {
    var pins = try CountPins(\.readers, of: subject)
    var report = try check(subject)
    let names = cases.map(\.cell.name)
    let isWhole = !report.hasFailed && report.summary.runs == cases.count
    if isWhole && accepts { try pins.accept(report.summary.table, cells: names) }
    let differences = pins.differences(report.summary.table, cells: names)
    var comparison = "not all were tried, and counts not compared"
    if isWhole {
      comparison = differences.isEmpty ? "counts as pinned" : "\(differences.count) counts are not as pinned"
      if !pins.isPinned { comparison = "no counts are pinned of this subject" }
    }
    if isPinned {
      report.differences = isWhole ? differences : []
      if !isWhole || !pins.isPinned || !differences.isEmpty { report.countComplaint = comparison }
    }
    let made = "\(report.summary.runs) of \(cases.count), in \(Set(names).count) cells; \(comparison)"
    report.countLines.append(("cases", made))
    return report
  }

  func run<Map: WitnessedRangeMap & ~Copyable>(
    _ makeMap: @escaping (MapConfiguration) -> Map
  ) -> CheckReport<ReaderScript> {
    var world = ReaderWorld(makeMap: makeMap)
    (world.firstSeed, world.order, world.searchesGaps) = (seed, order, searchesGaps)
    // Cases are to be whole.
    world.readerLimits.interleavings = cases.isEmpty ? 20_000 : 1 << 20
    world.cases = cases
    world.readerLimits.passedBy = passedBy
    return Check(world: world, limits: limits, known: known).run()
  }
}
