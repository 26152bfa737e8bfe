import Glibc
import Support

/// The kernels' trees that `make linux` has built: a folder for each version, and a link to the newest.
package enum LinuxLibraries {
  /// The file in each folder that a name of a kernel means: its tree without the two faults that no caller can step
  /// around.
  static let file = "libmaplecheck-linux-corrected.so"

  /// The version that `linux` means.
  package static let newest = "newest"
  /// The version whose shape our tree has.
  package static let ofOurShape = "6.12"

  /// `.build/linux`: beside the running program, wherever it is started from, or else in the working folder.
  static let folder: String = {
    let relative = ".build/linux"
    guard let program = realPath("/proc/self/exe"), let build = buildFolder(of: program) else { return relative }
    return realPath(".build") == build ? relative : build + "/linux"
  }()

  package static func path(of version: String) -> String { "\(folder)/\(version)/\(file)" }

  /// The library beside one of ours that shows its accesses; another library is asked itself.
  static func pathWithReaders(_ path: String) -> String {
    guard path.hasSuffix("/" + file) else { return path }
    return String(path.dropLast(file.count)) + "libmaplecheck-linux-readers.so"
  }

  /// The version in a subject's name: `linux-7.1.5`.
  static func version(in argument: String) -> String? {
    guard argument.hasPrefix("linux-") else { return nil }
    let version = argument.dropFirst(6)
    let isName = version.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."),
        UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard let first = version.utf8.first, isName, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return nil
    }
    return String(version)
  }

  /// The versions that are there, the oldest first.
  static var built: [String] { versions(in: folder) { access(path(of: $0), F_OK) == 0 } }

  /// The names of versions in a folder, the oldest first.
  static func versions(in folder: String, where isBuilt: (String) -> Bool) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if version(in: "linux-" + name) != nil, isBuilt(name) { names.append(name) }
    }
    return names.sorted { numbers($0).lexicographicallyPrecedes(numbers($1)) || numbers($0) == numbers($1) && $0 < $1 }
  }

  /// The numbers of a version, by which versions are older or newer.
  private static func numbers(_ version: String) -> [Int] {
    version.split { !("0"..."9").contains($0) }.map { Int($0) ?? .max }
  }

  /// Why a library of ours is not there; `nil` for one that is, or is not ours.
  static func complaint(about path: String) -> CommandFailure? {
    guard path.hasPrefix(folder + "/"), access(path, F_OK) != 0 else { return nil }
    let list = built.isEmpty ? "none is built" : "built are " + built.joined(separator: ", ")
    return CommandFailure("\(path): no such file; expected a kernel's tree, which make linux builds (\(list))")
  }

  /// The folder `.build` that a file lies in.
  private static func buildFolder(of file: String) -> String? {
    let parts = file.split(separator: "/")
    guard let place = parts.lastIndex(of: ".build") else { return nil }
    return "/" + parts[...place].joined(separator: "/")
  }

  private static func realPath(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}
