/// How far up a rebuild goes.
public enum RebuildRule: String, CaseIterable, Hashable, Sendable {
  /// To the root, which copies every ancestor. Kernel: up to 6.15.
  case toTheRoot = "6.12"
  /// To the first node in which the ways to both ends meet, if its content fits one node and is enough for it. Kernel:
  /// from 6.16.
  case untilTheWaysMeet = "6.16"
  /// As from 6.16 on, and each level is copied at once to as many nodes as it needs, by one rule for all stores.
  /// Kernel: from 7.1.
  case copiedByLevel = "7.3"

  /// The way of the newest kernel, which a tree has if nothing else is said.
  public static var newest: RebuildRule { .copiedByLevel }

  /// Whether a store asks for nodes by the levels that it can reach, which its walk notes.
  @inline(__always)
  package var asksByReach: Bool { self != .toTheRoot }
}
