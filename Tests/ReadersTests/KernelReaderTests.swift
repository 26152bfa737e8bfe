import ExternalSubject
import Foundation
import RangeMapCore
import Readers
import Testing

/// The kernels' trees for readers that `make linux` has built.
enum BuiltTrees {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let paths = ["6.12", "7.3"].map {
    root.appending(path: ".build/linux/\($0)/libmaplecheck-linux-readers.so").path
  }.filter { FileManager.default.fileExists(atPath: $0) }

  static func script(_ name: String) throws -> ReaderScript {
    let bytes = try Data(contentsOf: root.appending(path: "corpus/\(name).readers"))
    return try ReaderScript.parse(Array(bytes), file: name)
  }

  /// The scripts of a folder of the corpus, by name.
  static func scripts(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "corpus/\(folder)").path)
      .filter { $0.hasSuffix(".readers") }.map { "\(folder)/\($0.dropLast(".readers".count))" }.sorted()
  }
}

@Suite("Readers of a kernel's tree", .enabled(if: !BuiltTrees.paths.isEmpty, "make linux builds it"), .serialized)
struct KernelReaderTests {
  private func report(_ path: String, _ script: ReaderScript, passesByKnown: Bool = false) throws -> ReaderReport {
    let library = try SubjectLibrary(path: path)
    var limits = ReaderLimits()
    if passesByKnown { limits.passedBy = KnownReaderFault.known(of: library.name) }
    var runner = ReaderRunner(script, limits: limits) { configuration in
      guard let map = library.makeMap(configuration: configuration) else { preconditionFailure("no map") }
      return map
    }
    return runner.run()
  }

  @Test("show each known fault, which is passed by for what it is", arguments: KnownReaderFault.allCases)
  func knownFaults(_ fault: KnownReaderFault) throws {
    // Those of 7.3 are in 6.12 too.
    let isOld = fault == .parentsAfterPublish
    let script = try BuiltTrees.script("linux-readers/\(isOld ? "6.12" : "7.3")/\(fault.rawValue)")
    for path in BuiltTrees.paths where !isOld || path.contains("/6.12/") {
      let shown = try report(path, script)
      #expect(shown.finding.map { .violation($0.broken.law) } == script.expectation)
      let passed = try report(path, script, passesByKnown: true)
      #expect(passed.finding == nil && passed.known.keys.contains(fault))
    }
  }

  @Test("that was emptied under a reader go on with a new tree, until all is tried")
  func brokenMapIsMadeAnew() throws {
    let script = try BuiltTrees.script("linux-readers/7.3/rewalk-without-node")
    for path in BuiltTrees.paths {
      let passed = try report(path, script, passesByKnown: true)
      #expect(passed.isExhaustive && passed.interleavings > script.expectedInterleavings ?? 0)
    }
  }

  @Test("are tried in as many interleavings as the script says")
  func counts() throws {
    for name in ["node-replaced", "slot-store-in-order", "topiary-replace"] {
      let script = try BuiltTrees.script("linux-readers/7.3/\(name)")
      for path in BuiltTrees.paths {
        let report = try report(path, script)
        #expect(report.finding == nil && report.isExhaustive)
        #expect(report.interleavings == script.expectedInterleavings, "\(name)")
      }
    }
  }
}
