import RangeMapCore

extension SortedArrayOracle {
  /// Does nothing: the oracle makes no allocation requests.
  public mutating func failAllocation(_ index: UInt64, forever: Bool) {}

  /// Always 0 and 0: the oracle makes no allocation requests.
  public mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) { (0, 0) }

  /// Does nothing: the oracle never lets go of a lock, so no other writer comes in.
  public mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {}

  /// Always false: an interloper never runs.
  public mutating func cancelInterloper() -> Bool { false }

  /// Does nothing: the oracle has nothing to hold back.
  public mutating func enterReader() {}

  /// Does nothing, as `enterReader`.
  public mutating func leaveReader() {}

  /// All 0: the oracle has no nodes.
  public var counters: MapCounters { MapCounters() }

  /// No marks: the oracle has no branches worth counting.
  public var marks: [(name: String, count: UInt64)] { [] }

  /// Looks whether the ranges are in order and apart, hold entries, and match the root's form.
  /// - Complexity: O(n).
  public func brokenLaws() -> [String] {
    var broken: [String] = []
    for (place, item) in occupied.enumerated() {
      if !item.range.isValid { broken.append("range \(item.range) is inverted") }
      if item.word == 0 { broken.append("range \(item.range) is kept although it is NULL") }
      if place > 0, occupied[place - 1].last >= item.first {
        broken.append("range \(item.range) does not lie behind \(occupied[place - 1].range)")
      }
    }
    switch form {
    case .empty where !occupied.isEmpty: broken.append("the root is NULL, but ranges are kept")
    case .direct where !holdsOnlyDirectEntry: broken.append("the root is an entry, but not all that is kept")
    case .nodes where occupied.isEmpty: broken.append("the root is a node, but nothing is kept")
    default: break
    }
    return broken
  }

  private var holdsOnlyDirectEntry: Bool {
    occupied.count == 1 && occupied[0].range == .single(0) && occupied[0].word & 3 != 2
  }

  /// A hash of the content, the root's form, the configuration and the memory of a cyclic allocation's wrap; the same
  /// in every run. Cursors, a preparation and bulk mode are no part of it.
  /// - Complexity: O(n).
  public func fingerprint() -> UInt64 {
    var hash = mix(form.rawValue, into: 0)
    hash = mix(configuration.tracksGaps ? 1 : 0, into: hash)
    hash = mix(configuration.usesReadCopyUpdate ? 1 : 0, into: hash)
    hash = mix(configuration.hasExternalLock ? 1 : 0, into: hash)
    hash = mix(UInt64(configuration.geometry.rawValue), into: hash)
    hash = mix(cyclicWrapped ? 1 : 0, into: hash)
    for item in occupied {
      hash = mix(item.first, into: hash)
      hash = mix(item.last, into: hash)
      hash = mix(item.word, into: hash)
    }
    return hash
  }

  /// One draw of SplitMix64 from the hash and the word together.
  private func mix(_ word: UInt64, into hash: UInt64) -> UInt64 {
    var generator = SeededGenerator(seed: hash &* 3 ^ word)
    return generator.next()
  }
}

extension SortedArrayOracle: ShapedRangeMap {
  /// Adds nothing: the oracle has no nodes.
  public func describeShape(to shape: inout TreeShape) {}
}
