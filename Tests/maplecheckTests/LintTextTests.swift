import Foundation
import Support
import Testing

@testable import maplecheck

/// `scripts/lint-text` finds what it is there to find, and nothing else: each case is a small project with one defect.
@Suite("Lint of documents and comments")
struct LintTextTests {
  private static let root = ProjectFolder.ofSource()
  private static let long = Array(repeating: "word", count: 25).joined(separator: " ")

  /// Runs the script in a project that is right but for one file.
  private static func findings(in name: String, _ content: String, arguments: [String] = []) throws -> (Int32, String) {
    let scratch = try ScratchDirectory()
    for folder in ["scripts", "docs/results", "Sources/Some"] {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
    }
    for name in ["scripts/lint-text", "scripts/arguments.sh"] {
      try FileManager.default.copyItem(
        at: root.appendingPathComponent(name), to: URL(fileURLWithPath: "\(scratch.path)/\(name)"))
    }
    _ = try scratch.write("docs/DESIGN.md", "`Some/Type.swift` and `DESIGN.md` are files, and `Some/` is a folder.\n")
    _ = try scratch.write("Sources/Some/Type.swift", "/// A type.\nstruct Type {}\n")
    _ = try scratch.write("Sources/Some/some.c", "int some;\n")
    _ = try scratch.write("Sources/Some/some.toml", "a = 1\n")
    _ = try scratch.write(name, content)
    let run = try ProgramRun("\(scratch.path)/scripts/lint-text", arguments)
    return (run.status, run.output + run.errors)
  }

  @Test(
    "finds one defect",
    arguments: [
      ("docs/page.md", "one\n\(long)\n", "docs/page.md:2: found 124 columns, expected 120 or fewer\n"),
      ("docs/page.md", "- \(long)\n", "docs/page.md:1: found 126 columns, expected 120 or fewer\n"),
      (
        "Sources/Some/Type.swift", "/// \(long).\n",
        "Sources/Some/Type.swift:1: found 129 columns, expected 120 or fewer\n"
      ),
      (
        "Sources/Some/Type.swift", "let a = 1  // \(long)\n",
        "Sources/Some/Type.swift:1: found 138 columns, expected 120 or fewer\n"
      ),
      (
        "Sources/Some/some.c", "/*\n * \(long)\n */\n",
        "Sources/Some/some.c:2: found 127 columns, expected 120 or fewer\n"
      ),
      ("Sources/Some/some.toml", "# \(long)\n", "Sources/Some/some.toml:1: found 126 columns, expected 120 or fewer\n"),
      ("scripts/other", "# \(long)\n", "scripts/other:1: found 126 columns, expected 120 or fewer\n"),
      (
        "Sources/Some/Type.swift", "/// A type that\nstruct Type {}\n",
        "Sources/Some/Type.swift:1: found a comment that ends within a sentence, expected a full stop\n"
      ),
      (
        "docs/DESIGN.md", "\n`Some/Gone.swift` is gone.\n",
        "docs/DESIGN.md:2: found the name Some/Gone.swift, expected that of a file or a folder of the project\n"
      ),
      (
        "docs/DESIGN.md", "```\nwalk -- Gone/\n```\n",
        "docs/DESIGN.md:2: found the name Gone/, expected that of a file or a folder of the project\n"
      ),
      (
        "docs/results/page.md", "# A table\n\nCommand: `make bench`. Machine: x86_64.\n",
        "docs/results/page.md:3: found no line of what made it, expected Command: `...`. Date: YYYY-MM-DD. Machine: ...\n"
      ),
      ("Package.swift", ".target(name: \"Some\"),\n", "docs/DESIGN.md: its table of targets lacks Some\n"),
    ])
  func defect(file: String, content: String, finding: String) throws {
    let (status, output) = try Self.findings(in: file, content)
    #expect(output == finding)
    #expect(status == 1)
  }

  @Test(
    "passes what cannot be broken",
    arguments: [
      ("docs/page.md", "```\n\(long)\n```\n| \(long) |\n[a page](\(String(repeating: "x", count: 120)))\n"),
      ("docs/page.md", "\(String(repeating: "é", count: 120))\n"),
      ("Sources/Some/Type.swift", "/// | a | table |\nlet text = \"\(long)\"\n"),
    ])
  func passes(file: String, content: String) throws {
    let (status, output) = try Self.findings(in: file, content)
    #expect(output == "")
    #expect(status == 0)
  }

  @Test("lists long sentences, and fails for none")
  func sentences() throws {
    let page = "Short one. \(Self.long) code and\n`more code` end. Short.\n- \(Self.long).\n"
    let (status, output) = try Self.findings(in: "docs/page.md", page, arguments: ["--sentences", "docs/page.md"])
    #expect(
      output == "docs/page.md:1: found 29 words, expected 25 or fewer: \(Self.long.prefix(60)) ...\n")
    #expect(status == 0)
  }

  @Test("names an argument that it does not know")
  func unknownArgument() throws {
    let (status, output) = try Self.findings(in: "docs/page.md", "", arguments: ["--wrong"])
    #expect(output == "lint-text: found --wrong, expected --sentences or nothing\n")
    #expect(status == 2)
  }
}
