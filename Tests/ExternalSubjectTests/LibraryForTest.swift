import ExternalSubject
import Foundation
import Harness
import Operations
import RangeMapCore
import Support

/// Shared libraries that tests compile, and the kernel's where somebody built it.
enum LibraryForTest {
  static let root = ProjectFolder.ofSource()

  /// The compiler beside `swift`, or the system's.
  static let compiler: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    for name in ["cc", "clang", "clang-14", "gcc"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: folder + "/" + name) {
        return folder + "/" + name
      }
    }
    return nil
  }()

  private static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "maplecheck-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }()

  /// Compiles a C file to a shared library.
  static func compile(_ source: URL, name: String) throws -> String {
    let output = folder.appending(path: name).path
    let run = try ProgramRun(
      compiler ?? "cc",
      [
        "-shared", "-fPIC", "-I", root.appending(path: "Sources/CSubjectABI/include").path, "-o", output, source.path,
      ])
    guard run.status == 0 else { throw CompilerError(status: run.status) }
    return output
  }

  /// Compiles a text to a shared library.
  static func compile(text: String, name: String) throws -> String {
    let source = folder.appending(path: name + ".c")
    try text.write(to: source, atomically: true, encoding: .utf8)
    return try compile(source, name: name + ".so")
  }

  struct CompilerError: Error { var status: Int32 }

  static let sortedListSource = root.appending(path: "Tests/ExternalSubjectTests/SortedList/SortedList.c")

  /// Compiled once: one test must not load what another one is writing.
  private static let sortedListPath = Result { try compile(sortedListSource, name: "sortedlist.so") }

  static func sortedList() throws -> String { try sortedListPath.get() }

  /// A library of a kernel's, by its version and flavour; `nil` where `make linux` was not run.
  static func linux(_ flavour: String = "", version: String = "6.12") -> String? {
    let name = flavour.isEmpty ? "libmaplecheck-linux.so" : "libmaplecheck-linux-\(flavour).so"
    let folder =
      ProcessInfo.processInfo.environment["MAPLECHECK_LINUX"].map { URL(filePath: $0) }
      ?? root.appending(path: ".build/linux")
    let path = folder.appending(path: version).appending(path: name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The versions that `make linux` builds by default, as far as they are there.
  static let linuxVersions = ["6.12", "7.3"].filter { linux("corrected", version: $0) != nil }

  /// A kernel's source, where `make linux` unpacked it.
  static func linuxSource(version: String) -> URL? {
    let folder = root.appending(path: ".build/linux/source/\(version)")
    return FileManager.default.fileExists(atPath: folder.appending(path: ".done").path) ? folder : nil
  }

  static let isMissing = "the kernel's library is not built: run make linux"

  /// Maps of a library.
  static func maker(of library: SubjectLibrary) -> (MapConfiguration) -> ExternalSubject {
    { configuration in
      guard let map = ExternalSubject(library: library, configuration: configuration) else {
        preconditionFailure("the library made no map")
      }
      return map
    }
  }

  /// What a script leads to.
  static func violation(of script: Script, library: SubjectLibrary) -> Violation? {
    var runner = Runner(configuration: script.configuration, options: .thorough, makeSubject: maker(of: library))
    _ = runner.performAll(script.operations)
    return runner.progress.violation
  }
}
