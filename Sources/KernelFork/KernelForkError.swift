/// Why a library cannot be used as a kernel's fork.
package enum KernelForkError: Error, Hashable, Sendable {
  case missing(path: String)
  case notLoadable(path: String, reason: String)
  case noEntry(path: String)
  case otherVersion(path: String, version: UInt32, expected: UInt32)
  /// The kernel's own code did not come up.
  case notStarted(path: String, reason: String)
  /// There is no memory for the machine.
  case noMemory(path: String, bytes: UInt64)
}

extension KernelForkError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file; expected a kernel's fork, which make linux-fork builds"
    case .notLoadable(let path, let reason): "\(path): cannot be loaded: \(reason)"
    case .noEntry(let path): "\(path): expected a library that make linux-fork built, found another one"
    case .otherVersion(let path, let version, let expected):
      "\(path): expected version \(expected) of the interface, found \(version); make linux-fork builds it anew"
    case .notStarted(let path, let reason): "\(path): the kernel does not start: \(reason)"
    case .noMemory(let path, let bytes): "\(path): \(bytes >> 20) MiB of address space cannot be had"
    }
  }
}
