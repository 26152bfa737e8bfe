import Glibc

/// What a worker says to its parent: bytes, in order, and where it is.
package struct WorkerOutput {
  package let page: WorkerPage
  let descriptor: Int32?
  let collect: ([UInt8]) -> Void
  let isAskedToStop: () -> Bool

  /// Whether the parent wants the work to stop.
  package func shouldStop() -> Bool { page[.stop] != 0 || isAskedToStop() }

  /// What a body returns that runs in this process, and of which nobody listens to what it says.
  package static func here<Value>(_ body: (WorkerOutput) -> Value) -> Value {
    let page = WorkerPage()
    defer { page.free() }
    return body(WorkerOutput(page: page, descriptor: nil, collect: { _ in }, isAskedToStop: { false }))
  }

  /// Says bytes. They come whole, or the worker ends first.
  package func send(_ bytes: [UInt8]) {
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
