import RangeMapCore

/// A mapping that is taken out of an address space.
public protocol UnmappedArea {
  /// Its addresses, whole pages.
  var range: KeyRange { get }
  /// Whether its tables are freed by themselves, not together with those of its neighbours. Kernel:
  /// `is_vm_hugetlb_page()`.
  var hasHugePages: Bool { get }
}

extension KeyRange: UnmappedArea {
  public var range: KeyRange { self }
  public var hasHugePages: Bool { false }
}

extension PageTable {
  /// Frees the tables of a list of areas, by rising address, that were taken out together and whose entries were
  /// cleared.
  ///
  /// Areas that lie no further apart than a lowest table's span are freed as one. `floor` is the end of the mapping
  /// below the first area, 0 where there is none; `ceiling` the start of the one above the last, 0 where there is
  /// none. Nobody may reach an area any more (`unlink(_:)`).
  /// - Parameter next: The area after the last one that was given out; nil at the end. It is asked once for each area,
  ///   the first one excepted, and once more at the end.
  /// - Returns: How many ranges were freed.
  /// - Complexity: O(areas + tables). Kernel: `free_pgtables()`.
  @discardableResult
  public func freeTables<Area: UnmappedArea>(
    first: Area, floor: UInt64, ceiling: UInt64, grouping: Bool = true, next: () -> Area?
  ) -> Int {
    var ranges = 0
    var current: Area? = first
    while var area = current {
      let start = area.range.first
      var following = next()
      if grouping, !area.hasHugePages {
        while let joined = following, !joined.hasHugePages, isNear(joined.range, area.range) {
          area = joined
          following = next()
        }
      }
      freeRange(
        address: start, end: area.range.last &+ 1, floor: floor, ceiling: following?.range.first ?? ceiling)
      ranges += 1
      current = following
    }
    return ranges
  }

  /// Frees the tables of areas, by rising address. No areas, nothing to do.
  @discardableResult
  public func freeTables<Area: UnmappedArea>(
    of areas: [Area], floor: UInt64, ceiling: UInt64, grouping: Bool = true
  ) -> Int {
    guard let first = areas.first else { return 0 }
    var index = 0
    return freeTables(first: first, floor: floor, ceiling: ceiling, grouping: grouping) {
      index += 1
      return index < areas.count ? areas[index] : nil
    }
  }

  private func isNear(_ next: KeyRange, _ current: KeyRange) -> Bool {
    next.first <= current.last &+ 1 &+ geometry.tableSpan(0)
  }
}
