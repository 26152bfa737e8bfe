import Foundation
import Operations
import Support
import Testing

/// The examples of `docs/SCRIPTS.md` hold.
struct DocumentationTests {
  private let file = ProjectFolder.ofSource().appendingPathComponent("docs/SCRIPTS.md")

  /// What stands between fences without a language.
  private func examples() throws -> [String] {
    let page = try String(contentsOf: file, encoding: .utf8)
    let blocks = page.components(separatedBy: "\n```").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    return blocks.filter { $0.hasPrefix("\n") }.map { String($0.dropFirst()) }
  }

  private func failure(_ text: String) -> String? {
    do throws(ScriptError) {
      _ = try ScriptText.parse(Array(text.utf8), file: "x.maple")
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `the script and the lines that are shown can be read`() throws {
    let examples = try examples()
    try #require(examples.count == 3)
    #expect(failure(examples[0]) == nil)
    #expect(failure("maple 1\ntree gaps\n" + examples[1]) == nil)
  }

  @Test func `the errors that are shown are those that are given`() throws {
    let given = [
      failure("maple 1\ntree\nstore banana a"), failure("maple 1\ntree\n\nstore 0x10 a nowiat"), failure("maple 2"),
      failure(""),
    ]
    #expect(try examples()[2] == given.compactMap { $0 }.joined(separator: "\n"))
  }

  /// `MAPLECHECK_DOCS=write` writes the table anew.
  @Test func `the table of lines is that of the rows`() throws {
    let page = try String(contentsOf: file, encoding: .utf8)
    let parts = page.split(separator: /<!-- operations -->\n|<!-- end -->\n/, omittingEmptySubsequences: false)
    try #require(parts.count == 3)
    if ProcessInfo.processInfo.environment["MAPLECHECK_DOCS"] == "write" {
      let text = "\(parts[0])<!-- operations -->\n\(OperationRow.documentation)<!-- end -->\n\(parts[2])"
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(parts[1] == OperationRow.documentation)
    }
  }
}
