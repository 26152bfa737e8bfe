import Foundation
import Support
import Testing

/// `Adapters/linux/build.sh`, of trees that are no kernel's: what it says of a version that it cannot build.
@Suite("The build of a kernel's tree")
struct LinuxBuildTests {
  static let script = LibraryForTest.root.appending(path: "Adapters/linux/build.sh")

  /// A folder that goes when the test ends.
  final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "maplecheck-build-\(UUID().uuidString)")
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String, to path: String) throws {
      let file = url.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url.appending(path: path).path) }
  }

  static func run(_ arguments: [String], _ environment: [String: String]) throws -> ProgramRun {
    try ProgramRun("/bin/sh", [script.path] + arguments, environment: environment)
  }

  /// A tree of a version that does not exist, whose file calls what no kernel has.
  static func makeTree(in folder: Folder) throws {
    try folder.write("VERSION = 99\nPATCHLEVEL = 1\nSUBLEVEL = 2\nEXTRAVERSION = -rc3\n", to: "tree/Makefile")
    try folder.write(
      "#include <linux/kernel.h>\nstruct maple_tree { int unused; };\n", to: "tree/include/linux/maple_tree.h")
    try folder.write(
      """
      #include <linux/maple_tree.h>
      #include <linux/never_heard_of.h>
      #include <trace/events/maple_tree.h>
      static int use(struct maple_tree *tree) { return kmem_cache_frobnicate(tree) + tree->ma_frob; }

      """, to: "tree/lib/maple_tree.c")
  }

  @Test func aVersionThatIsNotSupportedIsOneLineAndLeavesNoOldLibrary() throws {
    let folder = Folder()
    try Self.makeTree(in: folder)
    try folder.write("of an older run", to: "output/libmaplecheck-linux.so")
    try folder.write("not asked for", to: "output/libmaplecheck-linux-coverage.so")
    let result = try Self.run(
      [],
      [
        "LINUX_SRC": folder.url.appending(path: "tree").path, "OUTPUT": folder.url.appending(path: "output").path,
        "FLAVOURS": "plain instrumented", "MAPLE_TREE": "",
      ])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    #expect(
      result.errors.hasPrefix(
        "build.sh: Linux 99.1.2-rc3 is not supported: its lib/maple_tree.c uses what the adapter has not: "))
    #expect(result.errors.contains("kmem_cache_frobnicate()") && result.errors.contains("struct maple_tree.ma_frob"))
    #expect(result.errors.contains("Supported: 6.1, "))
    #expect(!folder.has("output/libmaplecheck-linux.so") && folder.has("output/libmaplecheck-linux-coverage.so"))
  }

  @Test(arguments: [
    (["extra"], [:], "build.sh: expected no argument but --help, found 'extra': what is built is said by variables\n"),
    ([], ["FLAVOURS": "plain plane"], "build.sh: no such flavour: plane\n"),
    (
      [], ["LINUX_SRC": "/nowhere"],
      "build.sh: /nowhere/lib/maple_tree.c is missing: expected a kernel tree, from 6.1 on\n"
    ),
  ])
  func badInputIsOneLine(arguments: [String], environment: [String: String], text: String) throws {
    let result = try Self.run(arguments, environment.merging(["MAPLE_TREE": ""]) { $1 })
    #expect(result.status == 2 && result.output.isEmpty && result.errors == text)
  }

  @Test func helpSaysWhatTheVariablesAre() throws {
    let result = try Self.run(["--help"], [:])
    #expect(result.status == 0 && result.errors.isEmpty)
    for variable in ["LINUX_SRC", "LINUX_PACKAGE", "MAPLE_TREE", "OUTPUT", "FLAVOURS", "TEST", "CLANG"] {
      #expect(result.output.contains("\n  \(variable)="), "\(variable)")
    }
  }
}
