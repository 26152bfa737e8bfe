import Foundation
import Support
import Testing

@testable import maplecheck

/// What the README prints below a command is what the command prints, but for times.
///
/// `MAPLECHECK_README=write swift test --filter ReadmeTests` writes the outputs into the page.
@Suite("README")
struct ReadmeTests {
  private static let root = ProjectFolder.ofSource()
  private static let command = ".build/release/maplecheck"

  @Test("shows what its commands print")
  func outputs() throws {
    let file = Self.root.appendingPathComponent("README.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let scratch = try ScratchDirectory()
    for folder in ["corpus", "models"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(scratch.path)/\(folder)", withDestinationPath: Self.root.appendingPathComponent(folder).path)
    }
    var made: [String] = []
    var commands = 0
    // Whether the line is one that a command printed.
    var isOutput = false
    var shown: [String] = []
    var printed: [String] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let isCommand = line.hasPrefix("$ ")
      if isOutput && (isCommand || line.hasPrefix("```")) {
        #expect(shown.map(Self.masked) == printed.map(Self.masked), "write it: MAPLECHECK_README=write")
        made += printed
        (isOutput, shown, printed) = (false, [], [])
      }
      if isOutput {
        shown.append(line)
        continue
      }
      made.append(line)
      guard isCommand else { continue }
      commands += 1
      isOutput = true
      printed = try Self.output(of: String(line.dropFirst(2)), scratch)
    }
    #expect(commands >= 7)
    if ProcessInfo.processInfo.environment["MAPLECHECK_README"] == "write" {
      try made.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    }
  }

  /// Runs a command of the page. What it prints to be saved is saved.
  private static func output(of line: String, _ scratch: ScratchDirectory) throws -> [String] {
    let words = line.split(separator: " ").map(String.init)
    if words[0] == "sed" {
      let formulas = try String(
        contentsOf: root.appendingPathComponent("models/bounds/linux-6.12.toml"), encoding: .utf8)
      #expect(formulas.contains("\"2 * height + 1\""))
      _ = try scratch.write(
        "mine.toml", formulas.replacingOccurrences(of: "\"2 * height + 1\"", with: "\"2 * height\""))
      return []
    }
    try #require(words[0] == command)
    let output = try CommandProcess(Array(words.dropFirst()), in: scratch).output
      .replacingOccurrences(of: CommandProcess.product.path, with: command)
    if words.contains("canary"), let start = output.range(of: "<<'end'\n") {
      _ = try scratch.write("short.maple", output[start.upperBound...].replacingOccurrences(of: "\nend\n", with: "\n"))
    }
    var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    // What took less than a second has no rate.
    lines.removeAll { $0.hasPrefix("rate ") }
    return lines
  }

  /// A line without what differs from run to run: times, and what is counted by them.
  private static func masked(_ line: String) -> String {
    line.replacing(/[0-9.]+ s\b/, with: "N s")
  }
}
