import RangeMapCore

/// Vmas on their way out. Kernel: `struct vma_munmap_struct` and its tree.
struct GatheredVmas<Map: RangeMap & ~Copyable>: ~Copyable {
  /// The vmas by number, the lowest at index 0: so a single one, the common case, needs no node.
  var side: Map
  var range: KeyRange
  var count = 0
  /// The end of the mapping below. Kernel: `unmap_start`'s floor.
  var floor: UInt64 = 0
  /// The start of the mapping above; 0 where there is none.
  var ceiling: UInt64 = 0
}

/// A fault of the side tree, for the tests of the check that finds it.
enum SideTreeDefect {
  /// The count is raised before the store instead of after it.
  case countsBeforeStore
  /// The entry of the last vma is that of the one before.
  case repeatsVma
}

extension AddressSpace where Map: ~Copyable {
  /// Splits what sticks out of a range and collects what lies within it; nothing is taken out of the tree yet.
  ///
  /// - Throws: `outOfMemory`, `tooManyVmas`, `sideTreeDiffers`; splits are not undone. Kernel:
  /// `vms_gather_munmap_vmas()`.
  mutating func gather(
    _ range: KeyRange, defect: SideTreeDefect? = nil
  ) throws(AddressSpaceError) -> GatheredVmas<Map> {
    var gathered = GatheredVmas<Map>(
      side: makeMap(
        MapConfiguration(
          tracksGaps: false, usesReadCopyUpdate: false, hasExternalLock: true,
          geometry: tree.configuration.geometry)),
      range: range)
    do throws(AddressSpaceError) {
      if let first = firstVma(endingAfter: range.first), machine[first].range.first < range.first {
        try splitAtStart(first, range)
      }
      var index = range.first
      while let entry = tree.find(&index, through: range.last), let vma = VmaIdentifier(entry) {
        if machine[vma].range.last > range.last {
          try split(vma, at: range.end, newIsLower: false)
          index = range.end
        }
        try collect(vma, into: &gathered, defect)
        if index == 0 || index > range.last { break }
      }
      if let difference = sideTreeDifference(gathered) { throw .sideTreeDiffers(difference) }
    } catch {
      reattach(&gathered)
      throw error
    }
    gathered.floor = lastVma(before: range.first).map { machine[$0].end } ?? 0
    if range.end != 0 { gathered.ceiling = firstVma(endingAfter: range.end).map { machine[$0].range.first } ?? 0 }
    return gathered
  }

  private mutating func splitAtStart(_ first: VmaIdentifier, _ range: KeyRange) throws(AddressSpaceError) {
    if machine[first].range.last < range.first { return }
    // A hole in the middle makes one vma more, and it must be known now whether there may be one.
    if machine[first].range.last > range.last, counters.mapCount >= mapCountLimit { throw .tooManyVmas }
    try split(first, at: range.first, newIsLower: true)
  }

  private func collect(
    _ vma: VmaIdentifier, into gathered: inout GatheredVmas<Map>, _ defect: SideTreeDefect?
  ) throws(AddressSpaceError) {
    if defect == .countsBeforeStore { gathered.count += 1 }
    if machine.fails(.treeNode) { throw .outOfMemory }
    var entry = vma.entry
    if defect == .repeatsVma, gathered.count > 0, let last = gathered.side.load(UInt64(gathered.count - 1)) {
      entry = last
    }
    do throws(RangeMapError) {
      try gathered.side.store(entry, over: .single(UInt64(gathered.count)), policy: .maySleep)
    } catch {
      throw .outOfMemory
    }
    if defect != .countsBeforeStore { gathered.count += 1 }
    machine[vma].isAttached = false
  }

  /// Goes over the range in the tree and over the side tree in step, and says where they differ.
  private func sideTreeDifference(_ gathered: borrowing GatheredVmas<Map>) -> String? {
    var index = gathered.range.first
    var key: UInt64 = 0
    while let entry = tree.find(&index, through: gathered.range.last) {
      let other = gathered.side.load(key)
      if other != entry {
        return "the tree holds \(entry) as number \(key), the side tree \(other.map(\.description) ?? "nothing")"
      }
      key += 1
      if index == 0 || index > gathered.range.last { break }
    }
    if key != UInt64(gathered.count) { return "the tree holds \(key) vmas, the side tree \(gathered.count)" }
    return nil
  }

  /// Takes back that the vmas were to go. Kernel: `abort_munmap_vmas()`.
  func reattach(_ gathered: inout GatheredVmas<Map>) {
    gathered.side.forEachEntry { _, entry in
      if let vma = VmaIdentifier(entry) { machine[vma].isAttached = true }
    }
    gathered.side.removeAll()
  }
}
