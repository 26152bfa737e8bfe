import Glibc

/// The two streams that a program writes to: results to one, all else to the other.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  /// Whether a person sees it come.
  package var isTerminal: Bool { isatty(rawValue) != 0 }

  /// Writes a text at once, all of it if the reader stays.
  package func write(_ text: String) {
    write(Array(text.utf8))
  }

  /// Writes bytes at once, all of them if the reader stays.
  package func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = Glibc.write(rawValue, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
