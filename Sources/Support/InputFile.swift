import Glibc

/// Reads files that a user names, or the input where the name is `-`.
package enum InputFile {
  /// The greatest log or list of areas that is imported.
  package static let greatestImportSize = 256 << 20

  /// Reads a file of at most `limit` bytes. A larger one is refused before it is read if its size is known, and after
  /// that many bytes if not.
  /// - Parameter content: what the file should be, for the message.
  package static func read(_ path: String, limit: Int, content: String) throws(CommandFailure) -> [UInt8] {
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

  private static func systemMessage() -> String {
    switch errno {
    case ENOENT: "no such file"
    case EACCES: "a file that may not be read"
    default: String(cString: strerror(errno)).lowercased()
    }
  }
}
