import Foundation
import Support
import Testing

/// The built command, run as a user runs it.
struct CommandProcess {
  var status: Int32
  var output: String
  var errors: String

  /// The lines of the error stream.
  var errorLines: [Substring] { errors.split(separator: "\n") }

  /// Runs the command in a directory.
  /// - Parameter script: a program that is given the command and runs it.
  init(
    _ arguments: [String], in directory: ScratchDirectory? = nil, input: String = "", by script: String? = nil
  ) throws {
    let words = script == nil ? arguments : [Self.product.path] + arguments
    let run = try ProgramRun(script ?? Self.product.path, words, in: directory?.path, input: input)
    (status, output, errors) = (run.status, run.output, run.errors)
  }

  /// The program beside the test bundle.
  static let product = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("maplecheck")
}

/// A directory that goes away with its last user.
final class ScratchDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("maplecheck-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func write(_ name: String, _ content: Data) throws -> String {
    try content.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  func write(_ name: String, _ content: String) throws -> String { try write(name, Data(content.utf8)) }

  func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}

/// A script that the canary violates, and no other subject.
let canaryScript = """
  maple 1
  tree
  store 0x1...0x3 a
  store 0x4...0x5 b
  store 0x6...0x9 c
  store 0x4...0x7 d

  """
