/// Which stores of a writer a reader may not have seen yet.
public enum MemoryOrder: String, CaseIterable, Codable, Sendable {
  /// All before some step of the writer, and none after it. What is loaded later is of the same step or a later one.
  case sequential
  /// Stores wait in the writer's buffer, and become visible in their order. A reader that stores nothing sees then what
  /// it sees in sequential order: the writer is only later.
  case totalStore = "total-store"
  /// The kernel's, of what matters to one writer and a reader that stores nothing. `docs/READERS.md` says which part of
  /// the kernel's memory model that is.
  case kernel

  /// Whether stores become visible in the order in which they are made.
  var isInOrder: Bool { self != .kernel }
}
