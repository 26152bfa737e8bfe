import Foundation
import Support

/// The sorted list of the tests with a fault that it knows of itself: unless told otherwise it steps around it.
enum FaultyLibrary {
  private static let root = ProjectFolder.ofSource()

  /// The system's C compiler; `nil` where there is none.
  static let compiler = ["cc", "clang", "clang-14", "gcc"].lazy.flatMap { name in
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
  }.first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What the fault leads to: the last part of a range that an entry was stored over in its middle is lost where the
  /// store covers another range too.
  static let script = """
    maple 1
    tree
    store 0x0...0x3 a
    store 0x4...0x9 b
    store 0x2...0x6 c

    """

  /// Compiles the library into a directory, with further edits of its source, and returns its path.
  static func compile(in directory: ScratchDirectory, edits: [(String, String)] = []) throws -> String {
    let source = root.appending(path: "Tests/ExternalSubjectTests/SortedList/SortedList.c")
    var text = try String(contentsOf: source, encoding: .utf8)
    let known = """
      static bool exposed;
      static void set_exposed(bool value) { exposed = value; }
      static const char *const faults[] = {"loses-the-rest", NULL};

      static enum maplecheck_status store(
      """
    let fault = "if ((exposed && entry ? low + 1 == high : low < high) && map->ranges[high - 1].last > last)"
    let own: [(String, String)] = [
      ("static enum maplecheck_status store(", known),
      ("if (low < high && map->ranges[high - 1].last > last)", fault),
      (".store = store,", ".store = store, .known_faults = faults, .set_known_faults_exposed = set_exposed,"),
    ]
    for (part, replacement) in own + edits {
      guard let place = text.range(of: part) else { throw EditError(part: part) }
      text.replaceSubrange(place, with: replacement)
    }
    let file = try directory.write("faulty.c", text)
    let run = try ProgramRun(
      compiler ?? "cc",
      [
        "-shared", "-fPIC", "-I", root.appending(path: "Sources/CSubjectABI/include").path, "-o",
        "\(directory.path)/faulty.so", file,
      ])
    guard run.status == 0 else { throw EditError(part: "the whole does not compile") }
    return "\(directory.path)/faulty.so"
  }

  struct EditError: Error { var part: String }
}
