import Foundation
import Support
import Testing

/// The programs in `scripts/` say what they are for, and do nothing else when they are asked.
@Suite("Help of the scripts")
struct ScriptHelpTests {
  private static let folder = ProjectFolder.ofSource().appendingPathComponent("scripts")

  /// The names of all programs in the folder.
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
    FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent($0).path)
  }.sorted()

  /// Runs a script, and returns its status and all that it printed.
  private func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let run = try ProgramRun(Self.folder.appendingPathComponent(name).path, arguments)
    return (run.status, run.output + run.errors)
  }

  @Test("--help prints the comment at the head of the script", arguments: names)
  func printsItsHead(_ name: String) throws {
    let source = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let head = source.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().prefix { $0.hasPrefix("#") }
    let expected = head.map { $0.dropFirst($0.hasPrefix("# ") ? 2 : 1) + "\n" }.joined()
    #expect(!expected.isEmpty)
    let (status, text) = try run(name, ["--help"])
    #expect(status == 0)
    #expect(text == expected)
  }

  @Test("a word that a script does not know is refused", arguments: ["coverage", "fuzz", "linux", "setup", "terms"])
  func refusesWords(_ name: String) throws {
    let (status, text) = try run(name, ["--nosuch"])
    #expect(status == 2)
    #expect(text.hasPrefix("\(name): expected "))
    #expect(text.hasSuffix("found '--nosuch'; --help says more\n"))
  }
}
