import Foundation
import Support
import Testing

@testable import maplecheck

@Suite("maplecheck --version")
struct VersionTests {
  @Test("prints the version, and what a subject is")
  func version() throws {
    let result = try CommandProcess(["--version"])
    #expect(result.status == 0)
    #expect(result.output == "maplecheck \(ProjectVersion.text)\n")
    let tree = try CommandProcess(["--version", "--subject", "maple-6.16"])
    #expect(tree.output.hasSuffix("subject    maple-6.16: MapleCheck's tree, with the algorithm of Linux 6.16\n"))
    let object = try JSONSerialization.jsonObject(
      with: Data(try CommandProcess(["version", "--subject", "canary", "--json"]).output.utf8))
    #expect((object as? [String: Any])?["description"] as? String == "a tree that is broken on purpose")
  }

  @Test("is refused for a subject that is not there")
  func missing() throws {
    let result = try CommandProcess(["--version", "--subject", "/nonexistent.so"])
    #expect(result.status == 2)
    #expect(result.output.isEmpty && result.errorLines.count == 1)
  }

  @Test("is one that the changelog knows: released, or not yet")
  func changelog() throws {
    let root = ProjectFolder.ofSource()
    let page = try String(contentsOf: root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
    let heading = try #require(page.split(separator: "\n").first { $0.hasPrefix("## [") })
    let isOpen = heading == "## [Unreleased]"
    #expect(ProjectVersion.text.hasSuffix("-dev") == isOpen)
    #expect(isOpen || heading.contains("[\(ProjectVersion.text)]"))
  }
}
