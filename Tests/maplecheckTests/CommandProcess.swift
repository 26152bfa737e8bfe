import Foundation
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
    let process = Process()
    process.executableURL = script.map { URL(filePath: $0) } ?? Self.product
    process.arguments = script == nil ? arguments : [Self.product.path] + arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory.path) }
    // Files take any amount, so nobody waits for a pipe to be read.
    let scratch = try ScratchDirectory()
    let inputFile = try scratch.write("input", Data(input.utf8))
    let (outputFile, errorFile) = (try scratch.write("output", Data()), try scratch.write("errors", Data()))
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputFile))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputFile))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorFile))
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try String(contentsOfFile: outputFile, encoding: .utf8)
    errors = try String(contentsOfFile: errorFile, encoding: .utf8)
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
