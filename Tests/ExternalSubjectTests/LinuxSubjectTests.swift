import ExternalSubject
import Foundation
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@Suite(
  "The kernel's own tree", .serialized,
  .enabled(if: LibraryForTest.linux("corrected") != nil, Comment(rawValue: LibraryForTest.isMissing)))
struct LinuxSubjectTests {
  static func library(_ flavour: String = "", version: String = "6.12") throws -> SubjectLibrary {
    try SubjectLibrary(path: #require(LibraryForTest.linux(flavour, version: version)))
  }

  /// What `make linux` builds has all but our own marks and, plain, its own check; bulk mode went in 6.18.
  @Test(arguments: LibraryForTest.linuxVersions) func theKernelLacksNothingThatTheInterfaceHas(version: String) throws {
    let lacking = try Self.library(version: version).unsupported
    #expect(lacking == (version == "6.12" ? [] : ["bulk mode"]) + ["validation", "marks"])
  }

  @Test(arguments: LibraryForTest.linuxVersions) func theKernelSaysWhichItIs(version: String) throws {
    #expect(try Self.library(version: version).name.hasPrefix("Linux \(version)."))
    #expect(try Self.library("corrected", version: version).name.hasSuffix("lib/maple_tree.c without reader-teardown"))
  }

  /// Each fault that has a script is stepped around by name in the versions that have it, and in no other.
  @Test(arguments: LibraryForTest.linuxVersions) func theKernelNamesTheFaultsOfItsVersion(version: String) throws {
    let names = Set(try Self.library(version: version).knownFaults)
    // A fault that shows in several ways has scripts whose names go on, and not all of them may show it.
    let shown = KnownFault.all.filter { $0.versions.contains(version) && !$0.name.hasPrefix("reader-teardown") }
    for fault in shown { #expect(names.contains { fault.name.hasPrefix($0) }, "\(fault.name)") }
    for name in names where KnownFault.all.contains(where: { $0.name.hasPrefix(name) }) {
      #expect(shown.contains { $0.name.hasPrefix(name) }, "\(name)")
    }
  }

  /// What `docs/results/findings.md` says of a version is what these tests see in it.
  @Test(arguments: LibraryForTest.linuxVersions) func theTableOfFindingsIsOfTheseLibraries(version: String) throws {
    let table = try FindingsTable()
    let words = try Self.library(version: version).name.split { $0 == " " || $0 == "," }
    // Once the package of the version is another, its column is missing, and `make findings` writes it.
    guard let cells = table.cells(ofVersion: String(words[1])) else { return }
    let folder = LibraryForTest.root.appending(path: "corpus/linux").path
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).map { URL(filePath: $0) }
    let scripts = files.filter { ["maple", "c"].contains($0.pathExtension) }
    #expect(Set(cells.keys) == Set(scripts.map { $0.deletingPathExtension().lastPathComponent }))
    for fault in KnownFault.all {
      #expect(cells[fault.name]?.hasPrefix("still there") == fault.versions.contains(version), "\(fault.name)")
    }
  }

  @Test(arguments: LibraryForTest.linuxVersions) func theKernelDoesWhatTheOracleDoes(version: String) throws {
    let library = try Self.library("corrected", version: version)
    let summary = Campaign(
      firstSeed: 1, operationLimit: 300_000, makeSubject: LibraryForTest.maker(of: library)
    ).run()
    #expect(summary.failure == nil)
    #expect(summary.sweeps > 0 && summary.refusals > 500)
  }

  @Test func ourTreeHasTheShapeOfTheKernels() throws {
    let summary = LockstepCampaign(
      firstSeed: 1, operationLimit: 300_000, makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { MapleTreeSubject(configuration: $0, rebuildRule: .toTheRoot) }
    ).run()
    #expect(summary.failure == nil)
    #expect(summary.walks > 50_000)
  }

  /// The seeded defect of lockstep: a tree of other node sizes holds the same and looks different.
  @Test func lockstepSeesAnotherShape() throws {
    let summary = LockstepCampaign(
      firstSeed: 1, operationLimit: 100_000, makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { configuration in
        var other = configuration
        other.geometry = .tiny
        return MapleTreeSubject(configuration: other, rebuildRule: .toTheRoot)
      }
    ).run()
    let finding = try #require(summary.finding)
    #expect(finding.violation.expected != finding.violation.found)
    #expect(finding.script.operations.count < 10)
  }

  private func lockstep(_ geometry: GeometryName, _ operations: [Operations.Operation]) throws -> ComparisonSummary {
    var options = ComparisonOptions().thorough
    options.isLockstep = true
    return Comparison.run(
      Script(operations: operations), options: options,
      makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { configuration in
        var other = configuration
        other.geometry = geometry
        return MapleTreeSubject(configuration: other, rebuildRule: .toTheRoot)
      })
  }

  /// Two empty trees have one shape: what bulk mode begins with is all that tells them apart.
  @Test func lockstepSeesAnotherReserve() throws {
    let difference = try #require(try lockstep(.tiny, [.beginBulk(expecting: 100, .maySleep)]).differences.first)
    #expect(difference.group.aspect == .nodesReserved && difference.first != difference.second)
  }

  /// Once bulk mode ends, which may even a leaf out, a prepared store is one of a tree that has changed: it is left
  /// out.
  @Test func lockstepEndsBulkModeBeforeAPreparedStore() throws {
    let prepare = Operations.Operation.prepare(.single(0), .value(1), .maySleep)
    func calls(_ operations: [Operations.Operation]) throws -> UInt64 {
      let summary = try lockstep(.linux64, operations)
      #expect(summary.differences.isEmpty)
      return summary.operations
    }
    let bulk = Operations.Operation.beginBulk(expecting: 0, .maySleep)
    #expect(try calls([prepare, bulk, .storePrepared]) == calls([prepare, bulk, .endBulk]))
    // Without bulk mode in between it is made.
    #expect(try calls([prepare, .storePrepared]) == calls([prepare]) + 1)
  }

  /// What was found in our tree, or in the adapter, is not found in a kernel's tree.
  @Test(arguments: LibraryForTest.linuxVersions) func theKernelKeepsToTheRegressions(version: String) throws {
    let library = try Self.library("corrected", version: version)
    let folder = LibraryForTest.root.appending(path: "corpus/tree/regressions")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".maple") }
    #expect(files.count > 10)
    for file in files.sorted() {
      let script = try ScriptText.parse([UInt8](Data(contentsOf: folder.appending(path: file))), file: file)
      #expect(LibraryForTest.violation(of: script, library: library) == nil, "\(file)")
    }
  }

  /// Each script is replayed here, or says what the sanitizer reports of it: then `SanitizedScriptTests` replays it.
  @Test func everyScriptIsReplayed() throws {
    let folder = LibraryForTest.root.appending(path: "corpus/linux")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    for file in files.compactMap({ $0 as? String }) where file.hasSuffix(".maple") {
      let path = String(file.dropLast(6))
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let isMarked = text.contains("# The address sanitizer: ")
      #expect(KnownFault.all.contains { $0.path == path } != isMarked, "\(path)")
    }
  }

  /// Every script shows its fault while the library does not step around it, and none where it does.
  @Test(arguments: KnownFault.all, LibraryForTest.linuxVersions)
  func knownFaultShowsAndIsSteppedAround(fault: KnownFault, version: String) throws {
    let url = LibraryForTest.root.appending(path: "corpus/linux/\(fault.path).maple")
    let script = try ScriptText.parse(Array(Data(contentsOf: url)), file: url.path)
    let plain = try Self.library(version: version)
    plain.setKnownFaultsExposed(true)
    defer { plain.setKnownFaultsExposed(false) }
    let shown = LibraryForTest.violation(of: script, library: plain)?.kind
    #expect(shown == (fault.versions.contains(version) ? fault.kind : nil))
    plain.setKnownFaultsExposed(false)
    #expect(LibraryForTest.violation(of: script, library: try Self.library("corrected", version: version)) == nil)
  }
}

/// The table that `make findings` writes.
struct FindingsTable {
  private var heading: [String] = []
  private var rows: [[String]] = []

  init() throws {
    let url = LibraryForTest.root.appending(path: "docs/results/findings.md")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| ") }
    let table = lines.map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
    heading = table.first ?? []
    rows = Array(table.dropFirst(2))
  }

  /// What is said of each script in a version, such as "7.3.4"; `nil` without a column of it.
  func cells(ofVersion version: String) -> [String: String]? {
    guard let column = heading.firstIndex(of: version) else { return nil }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0[0].trimmingCharacters(in: ["`"]), $0[column]) })
  }
}

/// A fault of the kernel's with its script in `corpus/linux`, and how a run without the sanitizer sees it.
struct KnownFault: Sendable, CustomTestStringConvertible {
  /// The script, with the folder of the version that it was made for.
  var path: String
  var kind: ViolationKind
  /// Those of the versions that `make linux` builds that have it.
  var versions = ["6.12", "7.3"]

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  var testDescription: String { path }

  /// Four faults of bulk mode and one of a search write or read outside of nodes, which only the sanitizer sees.
  static let all = [
    KnownFault(path: "insert-over-all", kind: .wrongError),
    KnownFault(path: "erase-keeps-reserve", kind: .brokenLaw, versions: ["6.12"]),
    KnownFault(path: "erase-without-memory", kind: .refusalWithoutError, versions: ["6.12"]),
    KnownFault(path: "gap-to-the-end", kind: .wrongError),
    KnownFault(path: "gap-search-goes-on", kind: .wrongResult),
    KnownFault(path: "gap-search-goes-on-downward", kind: .wrongResult),
    KnownFault(path: "full-reserve-added-to", kind: .memoryErrorWithoutRefusal, versions: ["6.12"]),
    KnownFault(path: "null-leaf", kind: .wrongCursor),
    KnownFault(path: "limit-without-node", kind: .brokenLaw),
    KnownFault(path: "limit-without-node-downward", kind: .brokenLaw, versions: ["6.12"]),
    KnownFault(path: "limit-without-node-find-reverse", kind: .brokenLaw),
    KnownFault(path: "retry-without-progress", kind: .brokenLaw, versions: ["6.12"]),
    KnownFault(path: "root-behind-first-index", kind: .wrongCursor),
    KnownFault(path: "stale-end", kind: .wrongCursor),
    KnownFault(path: "store-returns-node", kind: .wrongResult, versions: ["6.12"]),
    KnownFault(path: "reader-teardown-full-node", kind: .brokenLaw),
    KnownFault(path: "reader-teardown-metadata", kind: .brokenLaw),
    KnownFault(path: "6.1/allocation-overwrites", kind: .wrongResult, versions: []),
    KnownFault(path: "7.1/cyclic-keeps-place", kind: .brokenLaw, versions: []),
    KnownFault(path: "7.3/retry-keeps-heights", kind: .brokenLaw, versions: ["7.3"]),
  ]
}
