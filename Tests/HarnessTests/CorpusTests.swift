import Foundation
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Support
import Testing

/// Every script of `corpus/tree`, replayed on the tree.
@Suite("The corpus")
struct CorpusTests {
  static let folder = ProjectFolder.ofSource().appending(path: "corpus/tree")

  static let files: [String] = {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (all?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".maple") }.sorted()
  }()

  static func script(_ file: String) throws -> Script {
    try ScriptText.parse([UInt8](Data(contentsOf: URL(filePath: file))), file: file)
  }

  /// Whole content and laws after every call of a short script, and now and then in a long one.
  static func replay(_ script: Script, algorithm: RebuildRule = .newest) -> RunReport {
    let isShort = script.operations.count <= 200
    let options = isShort ? RunnerOptions.thorough : RunnerOptions(contentInterval: 64, lawInterval: 64)
    return Runner<MapleTreeSubject>.run(script, options: options) {
      MapleTreeSubject(configuration: $0, rebuildRule: algorithm)
    }
  }

  @Test("has scripts in each of its folders")
  func hasScripts() {
    for part in ["seeds", "regressions", "marks", "handwritten"] {
      #expect(Self.files.contains { $0.contains("/\(part)/") }, "no script in \(part)")
    }
  }

  @Test("is replayed without a violation", arguments: files)
  func replays(file: String) throws {
    let report = Self.replay(try Self.script(file))
    #expect(report.violation == nil)
    #expect(report.calls > 0)
  }

  @Test("comes back from a fuzzer's bytes as it was", arguments: files)
  func survivesBytes(file: String) throws {
    let script = try Self.script(file)
    #expect(OperationCoding.decode(OperationCoding.encode(script), limit: .max) == script)
  }

  /// What the marks reach whose files are not left out.
  private static func table(_ algorithm: RebuildRule, leavingOut part: String? = nil) throws -> CoverageTable {
    var table = CoverageTable()
    for file in files where file.contains("/marks/") && !(part.map { file.contains($0) } ?? false) {
      table.merge(replay(try script(file), algorithm: algorithm).table)
    }
    return table
  }

  @Test("reaches every cell of its floor", arguments: [RebuildRule.toTheRoot, .newest])
  func reachesFloor(algorithm: RebuildRule) throws {
    let name = Self.folder.appending(path: "floor.txt").path
    let floor = try CoverageFloor.parse([UInt8](Data(contentsOf: URL(filePath: name))), file: name)
    let unreached = floor.unreached(in: try Self.table(algorithm)).map(\.name)
    // From 7.1 on a cut moves off a NULL to the left alone.
    #expect(unreached == (algorithm == .newest ? ["plan cutMovedRightOffNull"] : []))
    // Without the marks of one mode the floor is not reached, so the test can fail.
    #expect(floor.unreached(in: try Self.table(algorithm, leavingOut: "gaps-rcu")).count > unreached.count)
  }
}
