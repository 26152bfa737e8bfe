import Glibc

/// What a worker says to its parent: bytes, in order, and where it is.
public struct WorkerOutput {
  public let page: WorkerPage
  let descriptor: Int32?
  let collect: ([UInt8]) -> Void
  let isAskedToStop: () -> Bool

  /// Whether the parent wants the work to stop.
  public func shouldStop() -> Bool { page[.stop] != 0 || isAskedToStop() }

  /// Says bytes. They come whole, or the worker ends first.
  public func send(_ bytes: [UInt8]) {
    guard let descriptor else { return collect(bytes) }
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }
}
