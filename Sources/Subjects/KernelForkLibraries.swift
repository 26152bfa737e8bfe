import Glibc
import KernelFork
import Support
import Synchronization

/// The kernels' own forks that `make linux-fork` has built: a folder for each version.
package enum KernelForkLibraries {
  package static let folder = LinuxLibraries.folder + "-fork"
  /// What `linux` means, if it is built.
  package static let preferred = "7.3"

  package static func path(of version: String) -> String { "\(folder)/\(version)/libmaplecheck-fork-plain.so" }

  /// The versions that are there, the oldest first.
  package static var built: [String] {
    LinuxLibraries.versions(in: folder) { access(path(of: $0), F_OK) == 0 }
  }

  /// The version that `linux` means: 7.3, or the newest that is built.
  package static var newest: String {
    let built = built
    return built.contains(preferred) ? preferred : built.last ?? preferred
  }

  /// Whether a file is a library of a kernel's fork.
  static func isFork(_ path: String) -> Bool {
    path.hasPrefix(folder + "/") || KernelMachine.isLibrary(path)
  }

  /// The machine of a library: it is started once. All uses of it are from one thread.
  private struct Started: @unchecked Sendable { var machine: KernelMachine }

  private static let machines = Mutex<[String: Started]>([:])

  /// What a library is.
  package static func name(of path: String) throws(CommandFailure) -> String {
    "\(try machine(path).name), its own fork"
  }

  /// Starts a library's machine, or takes the one that was.
  package static func machine(_ path: String) throws(CommandFailure) -> KernelMachine {
    if let started = machines.withLock({ $0[path] }) { return started.machine }
    do throws(KernelForkError) {
      let machine = try KernelMachine(path: path)
      let started = Started(machine: machine)
      machines.withLock { $0[path] = started }
      return machine
    } catch {
      guard case .missing = error, path.hasPrefix(folder + "/") else { throw CommandFailure(error.description) }
      let list = built.isEmpty ? "none is built" : "built are " + built.joined(separator: ", ")
      throw CommandFailure("\(error) (\(list))")
    }
  }
}
