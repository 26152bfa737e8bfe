import RangeMapCore

// The only place that a witnessed build differs in, but for the subject's own part.
#if MAPLE_WITNESS
  /// Shows each access of nodes, of the root and of the version to whoever asked last, if the tree is built for it, as
  /// the target `WitnessedMapleTree` is. Such trees are for one thread.
  enum AccessWitness {
    nonisolated(unsafe) static var hook: AccessHook?
    nonisolated(unsafe) static var context: UnsafeMutableRawPointer?

    /// Seeded defects: a reader without an order of its loads, and one that does not look whether the tree changed.
    nonisolated(unsafe) static var omitsOrder = false
    nonisolated(unsafe) static var omitsVersion = false

    static func note(_ access: MemoryAccess, _ place: UnsafeRawPointer? = nil, size: Int = 8) {
      guard let hook else { return }
      _ = hook(context, access.rawValue, UnsafeMutableRawPointer(mutating: place), UInt64(size), 0)
    }
  }
#else
  /// A tree that shows nothing: nothing of this is left in it.
  enum AccessWitness {
    @inline(__always)
    static var omitsOrder: Bool { false }
    @inline(__always)
    static var omitsVersion: Bool { false }

    @inline(__always)
    static func note(_ access: MemoryAccess, _ place: UnsafeRawPointer? = nil, size: Int = 8) {}
  }
#endif
