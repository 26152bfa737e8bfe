import RangeMapCore

extension MemoryAreaList {
  /// The index of the first area that ends at a page or after it; the count of areas where there is none.
  /// - Complexity: O(log n).
  func firstIndex(endingAtOrAfter page: UInt64) -> Int {
    var low = 0
    var high = areas.count
    while low < high {
      let middle = (low + high) / 2
      if areas[middle].pages.last < page { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The area that a page is in; nil where none is known.
  func area(at page: UInt64) -> MemoryArea? {
    let index = firstIndex(endingAtOrAfter: page)
    return index < areas.count && areas[index].pages.contains(page) ? areas[index] : nil
  }

  /// Whether any page of a range is in an area.
  func hasArea(in pages: KeyRange) -> Bool {
    let index = firstIndex(endingAtOrAfter: pages.first)
    return index < areas.count && areas[index].pages.first <= pages.last
  }

  /// Whether all pages of a range are in areas.
  func covers(_ pages: KeyRange) -> Bool {
    var index = firstIndex(endingAtOrAfter: pages.first)
    var next = pages.first
    while index < areas.count, areas[index].pages.first <= next {
      if areas[index].pages.last >= pages.last { return true }
      next = areas[index].pages.last + 1
      index += 1
    }
    return false
  }

  /// The parts of a range that are in areas, one for each area.
  func parts(in pages: KeyRange) -> [KeyRange] {
    var index = firstIndex(endingAtOrAfter: pages.first)
    var parts: [KeyRange] = []
    while index < areas.count, areas[index].pages.first <= pages.last {
      let area = areas[index].pages
      parts.append(KeyRange(max(area.first, pages.first), min(area.last, pages.last)))
      index += 1
    }
    return parts
  }

  /// The range from the first page to the last one; nil where there is no area.
  var span: KeyRange? {
    guard let first = areas.first, let last = areas.last else { return nil }
    return KeyRange(first.pages.first, last.pages.last)
  }

  /// What is still mapped of an object whose beginning was mapped at a page, as that mapping had it.
  /// Kernel: `ksys_shmdt()`.
  func object(at page: UInt64) -> [KeyRange] {
    guard let first = area(at: page), case .object(let number, 0) = first.from(page).backing else { return [] }
    return areas.filter { area in
      guard case .object(number, let firstPage) = area.backing, area.pages.first >= page else { return false }
      return area.pages.first - page == firstPage
    }.map(\.pages)
  }
}
