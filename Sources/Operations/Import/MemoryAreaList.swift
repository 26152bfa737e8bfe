import RangeMapCore

/// The areas of one process, ascending, and the tree operations that made them.
///
/// It follows what the kernel writes to its tree of areas and no more: of two areas that a split leaves, the new one is
/// stored and the old one merely shrinks; an area that grows is stored over its whole new range; protection that
/// changes within an area's borders writes nothing.
struct MemoryAreaList: Sendable {
  private(set) var areas: [MemoryArea] = []
  /// What was written before the last fork, in pieces that parents and children share, so that a process costs
  /// memory for its own writes alone.
  private var history: [[Operation]] = []
  /// What was written since.
  private var recent: [Operation] = []
  /// How many entries were given out; never goes back, so that an entry names one area for the whole script.
  private var entryCount: UInt64 = 0
  private var objectCount: UInt64 = 0

  /// All writes so far.
  /// - Complexity: O(n).
  var operations: [Operation] { history.flatMap { $0 } + recent }

  /// Maps pages afresh; what was there goes. Kernel: `mmap_region()`.
  mutating func map(_ pages: KeyRange, _ attributes: MemoryAttributes, _ backing: MemoryBacking) {
    let index = carve(pages)
    // The entry is given out only if no neighbour takes the pages in.
    let area = MemoryArea(pages: pages, attributes: attributes, backing: backing, entry: .zero)
    let joinsPrevious = index > 0 && areas[index - 1].isContinued(by: area)
    let joinsNext = index < areas.count && area.isContinued(by: areas[index])
    switch (joinsPrevious, joinsNext) {
    case (true, true):
      areas[index - 1].pages.last = areas[index].pages.last
      areas.remove(at: index)
      storeArea(index - 1)
    case (true, false):
      areas[index - 1].pages.last = pages.last
      storeArea(index - 1)
    case (false, true):
      areas[index].pages.first = pages.first
      areas[index].backing = backing
      storeArea(index)
    case (false, false):
      areas.insert(area, at: index)
      areas[index].entry = newEntry()
      storeArea(index)
    }
  }

  /// A backing that no other area has, beginning at a page of it.
  mutating func newObject(firstPage: UInt64) -> MemoryBacking {
    objectCount += 1
    return .object(objectCount, firstPage: firstPage)
  }

  /// Unmaps pages; where no area is known, nothing is written. Kernel: `do_vmi_munmap()`.
  mutating func unmap(_ pages: KeyRange) {
    let index = firstIndex(endingAtOrAfter: pages.first)
    guard index < areas.count, areas[index].pages.first <= pages.last else { return }
    carve(pages)
    recent.append(.store(pages, nil, .maySleep))
  }

  /// Moves, grows or shrinks a mapping. Kernel: `mremap()`.
  ///
  /// The old count may be 0: then the memory is mapped a second time.
  mutating func remap(from old: UInt64, oldCount: UInt64, to new: UInt64, newCount: UInt64, keepsOld: Bool) {
    if old == new {
      if newCount < oldCount {
        unmap(KeyRange(old + newCount, old + oldCount - 1))
      } else if newCount > oldCount {
        let (attributes, backing) = source(at: old)
        map(KeyRange(old + oldCount, old + newCount - 1), attributes, backing.advanced(by: oldCount))
      }
      return
    }
    unmap(KeyRange(new, new + newCount - 1))
    if newCount < oldCount { unmap(KeyRange(old + newCount, old + oldCount - 1)) }
    let (attributes, backing) = source(at: old)
    map(KeyRange(new, new + newCount - 1), attributes, backing)
    let left = min(oldCount, newCount)
    if !keepsOld && left > 0 { unmap(KeyRange(old, old + left - 1)) }
  }

  /// Becomes empty, as by `execve`.
  mutating func removeAll() {
    guard !areas.isEmpty else { return }
    areas = []
    recent.append(.removeAll)
  }

  /// The list of a process that this one forks. Kernel: `dup_mmap()`, which duplicates the tree and then, no reader
  /// being there yet, replaces each area by the child's copy.
  ///
  /// The child's operations begin with the parent's own so far, or with one store for each area where there are more
  /// than `longestHistory` of them.
  mutating func forked(longestHistory: Int) -> MemoryAreaList {
    history.append(recent)
    recent = []
    var child = self
    if history.reduce(0, { $0 + $1.count }) > longestHistory {
      child.history = []
      child.recent = areas.map { .store($0.pages, $0.entry, .maySleep) }
    }
    child.recent += [.duplicate(.maySleep), .setReadCopyUpdate(false)]
    child.areas = []
    for var area in areas {
      if area.attributes.contains(.notInherited) {
        child.recent.append(.store(area.pages, nil, .maySleep))
        continue
      }
      area.attributes.subtract(.locks)
      area.entry = child.newEntry()
      child.areas.append(area)
      child.storeArea(child.areas.count - 1)
    }
    child.recent.append(.setReadCopyUpdate(true))
    return child
  }

  /// The attributes and backing at a page; those of private memory where no area is known.
  private func source(at page: UInt64) -> (MemoryAttributes, MemoryBacking) {
    let index = firstIndex(endingAtOrAfter: page)
    guard index < areas.count, areas[index].pages.contains(page) else { return ([.readable, .writable], .anonymous) }
    return (areas[index].attributes, areas[index].from(page).backing)
  }

  /// Takes all areas within the pages out of the list, splitting those that stick out, and returns where they were.
  /// Kernel: `vms_gather_munmap_vmas()`.
  @discardableResult
  private mutating func carve(_ pages: KeyRange) -> Int {
    var first = firstIndex(endingAtOrAfter: pages.first)
    if first < areas.count, areas[first].pages.first < pages.first {
      split(first, before: pages.first, newIsLower: true)
      first += 1
    }
    var end = first
    while end < areas.count, areas[end].pages.first <= pages.last {
      if areas[end].pages.last > pages.last { split(end, before: pages.last + 1, newIsLower: false) }
      end += 1
    }
    areas.removeSubrange(first..<end)
    return first
  }
}

extension MemoryAreaList {
  /// Changes the attributes of all areas in a range; pages without an area stay so. Kernel: `vma_modify()`.
  mutating func change(_ pages: KeyRange, _ change: MemoryAttributeChange) {
    var index = firstIndex(endingAtOrAfter: pages.first)
    while index < areas.count, areas[index].pages.first <= pages.last {
      let area = areas[index]
      let attributes = change.applied(to: area.attributes)
      if attributes == area.attributes {
        index += 1
        continue
      }
      var part = area.from(max(area.pages.first, pages.first))
      part.pages.last = min(area.pages.last, pages.last)
      part.attributes = attributes
      index = replace(index, by: part)
    }
  }

  /// Gives a part of an area new attributes, joins it with the neighbours that it now agrees with, and returns the
  /// index to go on with. Kernel: `vma_merge_existing_range()`.
  private mutating func replace(_ index: Int, by part: MemoryArea) -> Int {
    let isWhole = part.pages == areas[index].pages
    // A part in the middle of its area touches no neighbour, so neither of the two can hold for it.
    let joinsPrevious = index > 0 && areas[index - 1].isContinued(by: part)
    let joinsNext = index + 1 < areas.count && part.isContinued(by: areas[index + 1])
    switch (joinsPrevious, joinsNext) {
    case (true, true):
      areas[index - 1].pages.last = areas[index + 1].pages.last
      areas.removeSubrange(index...index + 1)
      storeArea(index - 1)
      return index
    case (true, false):
      areas[index - 1].pages.last = part.pages.last
      if isWhole { areas.remove(at: index) } else { areas[index] = areas[index].from(part.pages.last + 1) }
      storeArea(index - 1)
      return index
    case (false, true):
      areas[index + 1].pages.first = part.pages.first
      areas[index + 1].backing = part.backing
      storeArea(index + 1)
      if isWhole { areas.remove(at: index) } else { areas[index].pages.last = part.pages.first - 1 }
      return index + 1
    case (false, false):
      var target = index
      if areas[target].pages.first < part.pages.first {
        split(target, before: part.pages.first, newIsLower: true)
        target += 1
      }
      if areas[target].pages.last > part.pages.last {
        split(target, before: part.pages.last + 1, newIsLower: false)
      }
      areas[target].attributes = part.attributes
      return target + 1
    }
  }

  /// Makes two areas of one; the new one, lower or upper, is stored. Kernel: `__split_vma()`.
  private mutating func split(_ index: Int, before page: UInt64, newIsLower: Bool) {
    var lower = areas[index]
    var upper = lower.from(page)
    lower.pages.last = page - 1
    if newIsLower { lower.entry = newEntry() } else { upper.entry = newEntry() }
    areas[index] = lower
    areas.insert(upper, at: index + 1)
    storeArea(newIsLower ? index : index + 1)
  }

  private mutating func storeArea(_ index: Int) {
    recent.append(.store(areas[index].pages, areas[index].entry, .maySleep))
  }

  mutating func newEntry() -> Entry {
    entryCount += 1
    return Entry(nonNullWord: 0x1000 * entryCount)
  }
}
