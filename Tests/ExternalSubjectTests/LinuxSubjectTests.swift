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
  static func library(_ flavour: String = "") throws -> SubjectLibrary {
    try SubjectLibrary(path: #require(LibraryForTest.linux(flavour)))
  }

  /// The versions of the kernel that `make linux` builds by default has all but our own marks and, plain, its own check.
  @Test func theKernelLacksNothingThatTheInterfaceHas() throws {
    let lacking = try Self.library().unsupported
    #expect(lacking == ["validation", "marks"])
  }

  @Test func theKernelDoesWhatTheOracleDoes() throws {
    let summary = Campaign(
      firstSeed: 1, operationLimit: 300_000, makeSubject: LibraryForTest.maker(of: try Self.library("corrected"))
    ).run()
    #expect(summary.failure == nil)
    #expect(summary.sweeps > 0 && summary.refusals > 1000)
  }

  @Test func ourTreeHasTheShapeOfTheKernels() throws {
    let summary = LockstepCampaign(
      firstSeed: 1, operationLimit: 300_000, makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { MapleTreeSubject(configuration: $0) }
    ).run()
    #expect(summary.difference.map { "\($0)" } == nil)
    #expect(summary.walks > 50_000)
  }

  /// The seeded defect of lockstep: a tree of other node sizes holds the same and looks different.
  @Test func lockstepSeesAnotherShape() throws {
    let summary = LockstepCampaign(
      firstSeed: 1, operationLimit: 100_000, makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { configuration in
        var other = configuration
        other.geometry = .tiny
        return MapleTreeSubject(configuration: other)
      }
    ).run()
    let difference = try #require(summary.difference)
    #expect(difference.first != difference.second)
    #expect(try #require(summary.script).operations.count < 10)
  }

  /// Two empty trees have one shape: what bulk mode begins with is all that tells them apart.
  @Test func lockstepSeesAnotherReserve() throws {
    var lockstep = Lockstep(
      configuration: MapConfiguration(), isThorough: true,
      makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { configuration in
        var other = configuration
        other.geometry = .tiny
        return MapleTreeSubject(configuration: other)
      })
    do throws(Lockstep<ExternalSubject, MapleTreeSubject>.Difference) {
      try lockstep.perform(.beginBulk(expecting: 100, .maySleep))
      Issue.record("the reserves of two geometries are not told apart")
    } catch {
      #expect(error.first.hasSuffix("nodes reserved") && error.first != error.second)
    }
  }

  /// Once bulk mode ends, which may even a leaf out, a prepared store is one of a tree that has changed: it is left out.
  @Test func lockstepEndsBulkModeBeforeAPreparedStore() throws {
    var lockstep = Lockstep(
      configuration: MapConfiguration(), isThorough: true,
      makeFirst: LibraryForTest.maker(of: try Self.library("corrected")),
      makeSecond: { MapleTreeSubject(configuration: $0) })
    let entry = Entry.value(1)
    try lockstep.perform(.prepare(.single(0), entry, .maySleep))
    try lockstep.perform(.beginBulk(expecting: 0, .maySleep))
    try lockstep.perform(.storePrepared)
    // Without bulk mode in between it is made.
    try lockstep.perform(.prepare(.single(0), entry, .maySleep))
    let before = lockstep.operations
    try lockstep.perform(.storePrepared)
    #expect(lockstep.operations == before + 1)
  }

  /// Every script shows its fault while the library does not step around it, and none where it does.
  @Test(arguments: KnownFault.all) func knownFaultShowsAndIsSteppedAround(fault: KnownFault) throws {
    let url = LibraryForTest.root.appending(path: "corpus/linux/\(fault.name).maple")
    let script = try ScriptText.parse(Array(Data(contentsOf: url)), file: url.path)
    let plain = try Self.library()
    plain.setKnownFaultsExposed(true)
    defer { plain.setKnownFaultsExposed(false) }
    #expect(LibraryForTest.violation(of: script, library: plain)?.kind == fault.kind)
    plain.setKnownFaultsExposed(false)
    #expect(LibraryForTest.violation(of: script, library: try Self.library("corrected")) == nil)
  }
}

/// A fault of the kernel's with its script in `corpus/linux`, and how a run without the sanitizer sees it.
struct KnownFault: Sendable, CustomTestStringConvertible {
  var name: String
  var kind: ViolationKind

  var testDescription: String { name }

  /// The four faults of bulk mode write or read outside of nodes, which only the sanitizer sees.
  static let all = [
    KnownFault(name: "insert-over-all", kind: .wrongError),
    KnownFault(name: "erase-keeps-reserve", kind: .brokenLaw),
    KnownFault(name: "erase-without-memory", kind: .refusalWithoutError),
    KnownFault(name: "gap-to-the-end", kind: .wrongError),
    KnownFault(name: "gap-search-goes-on", kind: .wrongResult),
    KnownFault(name: "gap-search-goes-on-downward", kind: .wrongResult),
    KnownFault(name: "full-reserve-added-to", kind: .memoryErrorWithoutRefusal),
    KnownFault(name: "null-leaf", kind: .wrongCursor),
    KnownFault(name: "limit-without-node", kind: .brokenLaw),
    KnownFault(name: "retry-without-progress", kind: .brokenLaw),
    KnownFault(name: "root-behind-first-index", kind: .wrongCursor),
    KnownFault(name: "stale-end", kind: .wrongCursor),
    KnownFault(name: "store-returns-node", kind: .wrongResult),
    KnownFault(name: "reader-teardown-full-node", kind: .brokenLaw),
    KnownFault(name: "reader-teardown-metadata", kind: .brokenLaw),
  ]
}
