import ExternalSubject
import Foundation
import Harness
import Operations
import RangeMapCore
import Support
import Testing

/// The sheaves that the adapter gives kernels from 6.18 on, in copies of a kernel's file with one line edited.
@Suite(
  "Sheaves of nodes", .serialized,
  .enabled(if: LibraryForTest.linuxSource(version: "7.3") != nil, Comment(rawValue: LibraryForTest.isMissing)))
struct SheafTests {
  /// Builds a copy of 7.3's file in which one text is another.
  static func library(_ folder: LinuxBuildTests.Folder, original: String, edit: String) throws -> SubjectLibrary {
    let source = try #require(LibraryForTest.linuxSource(version: "7.3"))
    let text = try String(contentsOf: source.appending(path: "lib/maple_tree.c"), encoding: .utf8)
    try #require(text.components(separatedBy: original).count == 2, "the text to edit is there once")
    try folder.write(text.replacingOccurrences(of: original, with: edit), to: "edited.c")
    let output = folder.url.appending(path: "output").path
    let build = try LinuxBuildTests.run(
      [],
      [
        "LINUX_SRC": source.path, "MAPLE_TREE": folder.url.appending(path: "edited.c").path, "OUTPUT": output,
        "FLAVOURS": "corrected",
      ])
    try #require(build.status == 0, "\(build.errors)")
    return try SubjectLibrary(path: output + "/libmaplecheck-linux-corrected.so")
  }

  static func finding(_ library: SubjectLibrary) throws -> Violation {
    let summary = Campaign(
      firstSeed: 1, operationLimit: 400_000, makeSubject: LibraryForTest.maker(of: library)
    ).run()
    return try #require(summary.finding?.violation)
  }

  /// Whether more nodes live than can be found, by the laws of a shown tree or by the counters.
  static func isLeak(_ violation: Violation) -> Bool {
    switch violation.kind {
    case .leakedNodes, .leakedByFailure: true
    case .brokenLaw: violation.found.hasPrefix("nodes accounted: ")
    default: false
    }
  }

  @Test func aSheafThatRunsShortIsFoundWithTheKindOfItsStore() throws {
    let folder = LinuxBuildTests.Folder()
    let library = try Self.library(
      folder, original: "\tcase wr_split_store:\n\t\tret = delta * 2 + 1;",
      edit: "\tcase wr_split_store:\n\t\tret = delta * 2;")
    let violation = try Self.finding(library)
    #expect(violation.kind == .brokenLaw)
    #expect(violation.found.contains("no node is left of 2, in a store of the kind split-store"), "\(violation)")
  }

  /// All its nodes were used, so that none of them is missed.
  @Test func anEmptySheafThatIsForgottenIsALeak() throws {
    let folder = LinuxBuildTests.Folder()
    let library = try Self.library(
      folder, original: "\tif (mas->sheaf) {\n\t\tmt_return_sheaf(mas->sheaf);",
      edit: "\tif (mas->sheaf) {\n\t\tif (kmem_cache_sheaf_size(mas->sheaf)) mt_return_sheaf(mas->sheaf);")
    #expect(Self.isLeak(try Self.finding(library)))
  }

  @Test func aSheafWhoseNodesAreForgottenIsALeak() throws {
    let folder = LinuxBuildTests.Folder()
    let library = try Self.library(
      folder, original: "\t\tmt_return_sheaf(mas->sheaf);", edit: "\t\tmas->sheaf = NULL;")
    #expect(Self.isLeak(try Self.finding(library)))
  }
}
