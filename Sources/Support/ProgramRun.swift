import Foundation
import Glibc

/// What a program that was run to its end left.
package struct ProgramRun: Sendable {
  /// Its exit status, or the negative number of the signal that ended it.
  package var status: Int32
  package var output: String
  package var errors: String

  /// Runs a program and waits for it.
  ///
  /// It writes to files, which take any amount. So nobody waits for a pipe to be read.
  /// - Parameters:
  ///   - program: its path, or a name that is looked up along `PATH`.
  ///   - environment: what is set on top of this process's own variables.
  ///   - folder: where it runs; this process's working folder if `nil`.
  /// - Throws: the system's error if the program cannot be started.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil,
    input: String = ""
  ) throws {
    let process = Process()
    let isPath = program.contains("/")
    process.executableURL = URL(filePath: isPath ? program : "/usr/bin/env")
    process.arguments = isPath ? arguments : [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(filePath: folder, directoryHint: .isDirectory) }
    let files = try (0..<3).map { _ in try Self.namelessFile() }
    try files[0].write(contentsOf: Data(input.utf8))
    try files[0].seek(toOffset: 0)
    process.standardInput = files[0]
    process.standardOutput = files[1]
    process.standardError = files[2]
    try process.run()
    process.waitUntilExit()
    func text(_ file: FileHandle) throws -> String {
      try file.seek(toOffset: 0)
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try text(files[1])
    errors = try text(files[2])
  }

  /// A temporary file that goes away when it is closed.
  private static func namelessFile() throws -> FileHandle {
    var path = Array("\(FileManager.default.temporaryDirectory.path)/maplecheck.XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
