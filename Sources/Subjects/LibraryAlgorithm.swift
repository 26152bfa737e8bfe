import MapleTreeModule

/// The algorithm that our tree has in lockstep with a library, and whether it is known to be the library's.
package struct LibraryAlgorithm {
  package var rule: RebuildRule
  /// Why it may be another one's; `nil` for a kernel whose version was compared node by node, or one that names no
  /// kernel.
  package var doubt: String?

  /// The first and the last version of which all nodes were compared without a difference.
  private static let compared = (first: KernelVersion(6, 12), last: KernelVersion(7, 3))

  /// - Parameter name: what the library says of itself: "Linux 7.3.4, lib/maple_tree.c". One that names no kernel is
  ///   compared with the default.
  package init(ofLibrary name: String) {
    guard let version = KernelVersion(inName: name) else {
      rule = .newest
      return
    }
    rule =
      version >= KernelVersion(7, 1)
      ? .copiedByLevel : version >= KernelVersion(6, 16) ? .untilTheWaysMeet : .toTheRoot
    let (first, last) = Self.compared
    if version > last {
      doubt = "the newest, for Linux \(version) was never compared; what differs is told, and is no failure"
    } else if version < first {
      doubt = "the oldest, for Linux \(version) was never compared; what differs is told, and is no failure"
    }
  }
}

/// The first two numbers of a kernel's version.
struct KernelVersion: Comparable, CustomStringConvertible {
  var major: Int
  var minor: Int

  init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

  /// The version in what a library says of itself; `nil` if it names no kernel.
  init?(inName name: String) {
    let words = name.split(separator: " ")
    guard words.count > 1, words[0] == "Linux" else { return nil }
    let numbers = words[1].split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    self.init(numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
  }

  var description: String { "\(major).\(minor)" }

  static func < (left: KernelVersion, right: KernelVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
