import RangeMapCore

/// A mapping that is to move, grow or shrink.
public struct RemapRequest: Hashable, Sendable {
  /// The address of the mapping.
  public var old: UInt64
  /// Its size in bytes; 0 to map shared memory a second time.
  public var oldSize: UInt64
  /// Where it goes; the same address to grow or shrink in place.
  public var new: UInt64
  public var newSize: UInt64
  /// Whether the old vma stays, without its pages. Kernel: `MREMAP_DONTUNMAP`.
  public var keepsOld: Bool

  public init(old: UInt64, oldSize: UInt64, new: UInt64, newSize: UInt64, keepsOld: Bool = false) {
    self.old = old
    self.oldSize = oldSize
    self.new = new
    self.newSize = newSize
    self.keepsOld = keepsOld
  }
}

extension AddressSpace where Map: ~Copyable {
  /// Moves, grows or shrinks a mapping within one vma. Kernel: `mremap()`.
  ///
  /// - Throws: `invalidArgument`, `notMapped`, `outOfMemory`, `tooManyVmas`. The mapping is then where it was; what
  /// lay at
  ///   the new place, and what a shrinking cut off, is gone, as in the kernel.
  public mutating func remap(_ request: RemapRequest) throws(AddressSpaceError) {
    guard let vma = firstVma(endingAfter: request.old), machine[vma].range.contains(request.old) else {
      throw .notMapped
    }
    guard request.oldSize <= machine[vma].range.last - request.old &+ 1 else { throw .notMapped }
    guard request.newSize > 0, let target = KeyRange(start: request.new, end: request.new &+ request.newSize) else {
      throw .invalidArgument
    }
    let oldEnd = request.old + request.oldSize
    let isInPlace = request.old == request.new
    if !isInPlace {
      if request.oldSize > 0, target.overlaps(KeyRange(request.old, oldEnd - 1)) { throw .invalidArgument }
      try unmap(target)
    }
    if request.newSize < request.oldSize { try unmap(KeyRange(request.old + request.newSize, oldEnd - 1)) }
    if isInPlace {
      if request.newSize > request.oldSize { try growInPlace(vma, from: oldEnd, to: target.end) }
      return
    }
    guard let source = firstVma(endingAfter: request.old) else { throw .notMapped }
    try move(source, request, to: target)
  }

  private mutating func growInPlace(
    _ vma: VmaIdentifier, from start: UInt64, to end: UInt64
  ) throws(AddressSpaceError) {
    let range = KeyRange(start, end - 1)
    guard machine[vma].range.end == start, vmas(from: start, through: range.last).isEmpty else {
      throw .invalidArgument
    }
    let pages = (range.countLessOne >> AddressLayout.pageShift) + 1
    let charge = machine[vma].flags.contains(.accounted) ? pages : 0
    guard machine.charge(charge) else { throw .outOfMemory }
    // The vma goes on into the gap whatever it is; the one behind the gap may have to join.
    let neighbours = neighbours(
      joining: machine[vma].request(for: range, flags: machine[vma].flags), anonVma: machine[vma].anonVma)
    let next = machine[vma].policy == nil && neighbours.previous == vma ? neighbours.next : nil
    let last = next.map { machine[$0].range.last } ?? range.last
    do throws(AddressSpaceError) {
      try expand(vma, over: KeyRange(machine[vma].range.first, last), absorbing: next.map { [$0] } ?? [])
    } catch {
      machine.uncharge(charge)
      throw error
    }
  }

  /// Maps the new place, moves the pages, and unmaps the old place. Kernel: `move_vma()`.
  private mutating func move(
    _ source: VmaIdentifier, _ request: RemapRequest, to target: KeyRange
  ) throws(AddressSpaceError) {
    // The most that a move can add: the new vma, and one where the old place is cut out of the middle.
    if counters.mapCount + 2 > mapCountLimit { throw .tooManyVmas }
    let pages = (target.countLessOne >> AddressLayout.pageShift) + 1
    let charge = machine[source].flags.contains(.accounted) ? pages : 0
    guard machine.charge(charge) else { throw .outOfMemory }
    do throws(AddressSpaceError) {
      try copyVma(source, request, to: target)
    } catch {
      machine.uncharge(charge)
      throw error
    }
    let left = min(request.oldSize, request.newSize)
    if left == 0 { return }
    let old = KeyRange(request.old, request.old + left - 1)
    guard movePages(from: old, to: target.first) else {
      try undoMove(target)
      throw .outOfMemory
    }
    if request.keepsOld {
      if machine[source].range == old { forgetPages(source) }
      return
    }
    do throws(AddressSpaceError) {
      try unmap(old)
    } catch {
      // The old place keeps its vma, and gets its pages back.
      guard movePages(from: KeyRange(target.first, target.first + left - 1), to: old.first) else {
        machine.fault("pages of \(owner) could not be moved back to \(old)")
        throw error
      }
      try undoMove(target)
      throw error
    }
  }

  /// Maps the new place like the old one: as a part of a neighbour where that can be, else as a copy of the vma. Where
  /// the old vma itself is the neighbour, it may be another one's part afterwards. Kernel: `copy_vma()`.
  private mutating func copyVma(
    _ source: VmaIdentifier, _ request: RemapRequest, to target: KeyRange
  ) throws(AddressSpaceError) {
    let isUntouched = machine[source].isAnonymous && machine[source].anonVma == nil
    let filePage =
      isUntouched ? target.first >> AddressLayout.pageShift : machine[source].filePage(at: request.old)
    if machine[source].policy == nil {
      let mapping = MappingRequest(
        target, machine[source].flags.subtracting(.userfault), file: machine[source].file, filePage: filePage)
      let excluded = request.keepsOld ? source : nil
      // Without memory to grow a neighbour, a vma of its own may do.
      let grown = try? join(mapping, anonVma: machine[source].anonVma, except: excluded)
      if grown != nil { return }
    }
    let new = try prepareCopy(of: source, over: target, filePage: filePage)
    storePrepared()
    counters.add(machine[new])
  }

  /// Makes a vma whose pages have all gone elsewhere one that was never touched.
  /// Kernel: the end of `move_vma()` for `MREMAP_DONTUNMAP`.
  private func forgetPages(_ vma: VmaIdentifier) {
    machine.unlinkAnonVmas(vma)
    if machine[vma].isAnonymous { machine[vma].filePage = machine[vma].range.first >> AddressLayout.pageShift }
  }

  /// Unmaps the new place of a move that failed, whether it is a vma or a part of one.
  private mutating func undoMove(_ target: KeyRange) throws(AddressSpaceError) {
    let failures = machine.failures
    // Kernel: the tree's part of this is `GFP_KERNEL | __GFP_NOFAIL`.
    machine.failures = .none
    _ = tree.permitAllocations()
    defer { machine.failures = failures }
    try unmap(target)
  }
}
