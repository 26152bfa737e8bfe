import ArgumentParser
import MapleTreeModule
import RangeMapCore
import Subjects

extension SubjectName: ExpressibleByArgument {
  public static var allValueStrings: [String] {
    ["maple"] + RebuildRule.allCases.map { "maple-\($0.rawValue)" } + [
      "oracle", "canary", "linux", "linux-VERSION", "linux-tree", "linux-tree-VERSION",
      "linux-fork", "linux-fork-VERSION", "linux:PATH", "linux-fork:PATH", "PATH.so",
    ]
  }

  /// What the names of libraries mean.
  static let help = ArgumentHelp(
    """
    What is checked. linux is the newest kernel's tree that make linux has built, and linux-VERSION another one's. \
    Both are copies without the two faults of reader-teardown, around which no caller can step. linux:PATH and PATH.so \
    are a library as it is, such as .build/linux/6.12/libmaplecheck-linux.so, the kernel's file unchanged. For forks \
    linux and linux-VERSION are a kernel's own fork, which make linux-fork has built: linux-fork everywhere. linux-tree \
    is the kernel's tree under our model of fork.
    """)

  public var defaultValueDescription: String { name }
}

extension GeometryName: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "linux64": self = .linux64
    case "tiny": self = .tiny
    default: return nil
    }
  }

  public static var allValueStrings: [String] { ["linux64", "tiny"] }
}

/// The kind of tree, where the user wants one.
struct TreeOptions: ParsableArguments {
  @Option(help: "The sizes of nodes. With this or a flag below the kind of tree is fixed; else each seed chooses.")
  var geometry: GeometryName?

  @Flag(help: "An allocation tree, which tracks gaps.")
  var gaps = false

  @Flag(help: "A tree that readers may be in (read-copy-update).")
  var rcu = false

  @Flag(help: "A tree under the caller's lock.")
  var externalLock = false

  /// The kind, or `nil` where nothing was asked for.
  var configuration: MapConfiguration? {
    guard geometry != nil || gaps || rcu || externalLock else { return nil }
    return MapConfiguration(
      tracksGaps: gaps, usesReadCopyUpdate: rcu, hasExternalLock: externalLock, geometry: geometry ?? .linux64)
  }
}
