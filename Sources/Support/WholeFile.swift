import Glibc

/// Why a file could not be written.
package struct WholeFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file that was to be written.
  package let path: String
  /// The system's words for it.
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}

/// Files that are written whole or not at all.
package enum WholeFile {
  /// Writes bytes to a temporary file beside the path and gives it the path's name, so that nobody sees half of it, and
  /// that what was there stays if the disk is full.
  /// - Throws: `WholeFileError`; then the path is as it was.
  package static func write(_ bytes: [UInt8], to path: String) throws(WholeFileError) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw failure(path) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { throw giveUp(descriptor, temporary, path) }
      written += count
    }
    if fsync(descriptor) != 0 { throw giveUp(descriptor, temporary, path) }
    if close(descriptor) != 0 || rename(temporary, path) != 0 {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  /// Makes a directory and those above it where they are missing.
  package static func makeDirectory(_ path: String) throws(WholeFileError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      if mkdir(made, 0o777) != 0 && errno != EEXIST { throw failure(made) }
    }
  }

  private static func failure(_ path: String) -> WholeFileError {
    WholeFileError(path: path, reason: String(cString: strerror(errno)))
  }

  private static func giveUp(_ descriptor: Int32, _ temporary: String, _ path: String) -> WholeFileError {
    let error = failure(path)
    close(descriptor)
    unlink(temporary)
    return error
  }
}
