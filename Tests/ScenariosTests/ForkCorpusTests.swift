import AddressSpaceModel
import Foundation
import MapleTreeModule
import SortedArrayOracle
import Support
import Testing

@testable import Scenarios

@Suite("The corpus of fork scripts")
struct ForkCorpusTests {
  static let folder = ProjectFolder.ofSource().appending(path: "corpus/fork")

  static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".fork") }
    .sorted()

  static func scenario(_ name: String) throws -> ForkScenario {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    return try ForkScenario.parse(bytes, file: name)
  }

  @Test func thereIsACorpus() { #expect(Self.files.count >= 15) }

  @Test(arguments: files)
  func eachScriptDoesWhatItExpects(_ name: String) throws {
    let scenario = try Self.scenario(name)
    #expect(scenario.expectation != nil)
    check(scenario, scenario.run { MapleTreeSubject(configuration: $0) })
  }

  /// What is found does not depend on the tree, but for the requests of its nodes.
  @Test(arguments: files)
  func eachScriptDoesSoOnTheOracleToo(_ name: String) throws {
    let scenario = try Self.scenario(name)
    var report = scenario.run { SortedArrayOracle(configuration: $0, capacity: 16) }
    // It has no nodes to ask for.
    report.unreached.removeAll { $0.line.trial.failure.steps == .nodeRequests }
    check(scenario, report)
  }

  private func check(_ scenario: ForkScenario, _ report: ForkReport) {
    #expect(report.refusedCalls == 0)
    #expect(report.verdict(on: scenario.expectation) == .asExpected, "\(report.violation?.violations ?? [])")
  }

  /// A script that is kept for a violation is a short one.
  @Test(arguments: files)
  func violationsAreShort(_ name: String) throws {
    let scenario = try Self.scenario(name)
    guard case .violation = scenario.expectation else { return }
    #expect(scenario.text.split(separator: "\n").count <= 10)
  }
}
