import Glibc
import Harness
import Operations
import Scenarios

/// Reads files that a user names, or the input where the name is `-`.
enum InputFile {
  /// The greatest log or list of areas that is imported.
  static let greatestImportSize = 256 << 20

  /// Reads a file of at most `limit` bytes. A larger one is refused before it is read if its size is known, and after
  /// that many bytes if not.
  /// - Parameter content: what the file should be, for the message.
  static func read(_ path: String, limit: Int, content: String) throws(CommandFailure) -> [UInt8] {
    func fail(_ found: String) -> CommandFailure { CommandFailure(file: path, expected: content, found: found) }

    let isInput = path == "-"
    let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fail(systemMessage()) }
    defer { if !isInput { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fail(systemMessage()) }
    if status.st_mode & S_IFMT == S_IFDIR { throw fail("a directory") }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > limit {
      throw CommandFailure(file: path, expected: "at most \(limit) bytes", found: "\(status.st_size) bytes")
    }

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR && !Interruption.isRequested { continue }
      if count < 0 { throw fail(systemMessage()) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      if bytes.count > limit {
        throw CommandFailure(file: path, expected: "at most \(limit) bytes", found: "more")
      }
    }
  }

  /// Reads a script of a tree, as text or as a fuzzer's bytes.
  static func script(_ path: String, isBytes: Bool) throws(CommandFailure) -> Script {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: isBytes ? "a file of bytes" : "a script")
    if !isBytes && ForkReplayWork.isForkScript(bytes) {
      throw CommandFailure(
        file: path, expected: "a script of a tree ('maple 1'), which is all that this command takes",
        found: "a script of forks")
    }
    return try source(bytes, of: path, isBytes: isBytes).script
  }

  private static func source(_ bytes: [UInt8], of path: String, isBytes: Bool) throws(CommandFailure) -> ScriptSource {
    if isBytes {
      if bytes.isEmpty { throw CommandFailure(file: path, expected: "a file of bytes", found: "an empty file") }
      return ScriptSource(OperationCoding.decode(bytes, limit: .max).boundingFills(to: Int(UInt16.max)))
    }
    do throws(ScriptError) {
      return try ScriptText.source(bytes, file: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// What can be replayed.
  enum Replayable {
    case tree(ScriptSource)
    case fork(ForkSource)
  }

  /// Reads a script of a tree or of forks; its first word tells which.
  static func replayable(_ path: String, isBytes: Bool) throws(CommandFailure) -> Replayable {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: isBytes ? "a file of bytes" : "a script")
    guard !isBytes, ForkReplayWork.isForkScript(bytes) else {
      return .tree(try source(bytes, of: path, isBytes: isBytes))
    }
    do throws(ScriptError) {
      return .fork(ForkSource(try ForkScenario.parse(bytes, file: path), bytes))
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func systemMessage() -> String {
    switch errno {
    case ENOENT: "no such file"
    case EACCES: "a file that may not be read"
    default: String(cString: strerror(errno)).lowercased()
    }
  }
}

/// Writes a result to a file, whole or not at all, or to the output where there is no name.
enum OutputFile {
  static func write(_ bytes: [UInt8], to path: String?) throws(CommandFailure) {
    guard let path, path != "-" else { return StandardStream.output.write(bytes) }
    do throws(WholeFileError) {
      try WholeFile.write(bytes, to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
  static func makeDirectory(_ path: String) throws(CommandFailure) {
    do throws(WholeFileError) {
      try WholeFile.makeDirectory(path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
