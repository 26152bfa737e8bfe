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
    do throws(AddressSpaceError) {
      try expand(vma, over: KeyRange(machine[vma].range.first, range.last))
    } catch {
      machine.uncharge(charge)
      throw error
    }
  }

  /// Makes a vma at the new place, moves the pages, and unmaps the old place. Kernel: `move_vma()`.
  private mutating func move(
    _ source: VmaIdentifier, _ request: RemapRequest, to target: KeyRange
  ) throws(AddressSpaceError) {
    // The most that a move can add: the new vma, and one where the old place is cut out of the middle.
    if counters.mapCount + 2 > mapCountLimit { throw .tooManyVmas }
    let pages = (target.countLessOne >> AddressLayout.pageShift) + 1
    let charge = machine[source].flags.contains(.accounted) ? pages : 0
    guard machine.charge(charge) else { throw .outOfMemory }
    let new: VmaIdentifier
    do throws(AddressSpaceError) {
      new = try copyVma(source, from: request.old, to: target)
    } catch {
      machine.uncharge(charge)
      throw error
    }
    let left = min(request.oldSize, request.newSize)
    if left == 0 { return }
    let old = KeyRange(request.old, request.old + left - 1)
    guard movePages(from: old, to: new) else {
      try undoMove(new)
      throw .outOfMemory
    }
    if request.keepsOld { return }
    do throws(AddressSpaceError) {
      try unmap(old)
    } catch {
      // The old place keeps its vma, and gets its pages back.
      guard movePages(from: KeyRange(target.first, target.first + left - 1), to: source, at: old.first) else {
        machine.fault("pages of \(owner) could not be moved back to \(old)")
        throw error
      }
      try undoMove(new)
      throw error
    }
  }

  /// Makes a copy of a vma at another place. Kernel: `copy_vma()`.
  private mutating func copyVma(
    _ source: VmaIdentifier, from address: UInt64, to target: KeyRange
  ) throws(AddressSpaceError) -> VmaIdentifier {
    let filePage = machine[source].file == nil ? 0 : machine[source].filePage(at: address)
    let new = try copyForSplit(source, KeyRange(address, machine[source].range.last))
    machine[new].range = target
    machine[new].filePage = filePage
    do throws(AddressSpaceError) {
      try prepareTree(new, over: target)
    } catch {
      machine.unlinkAnonVmas(new)
      machine.releasePolicy(new)
      machine.freeVma(new)
      throw error
    }
    machine.linkFile(new)
    machine.open(new)
    machine[new].isAttached = true
    storePrepared()
    counters.add(machine[new])
    return new
  }

  /// Removes the vma of a move that failed. It lies alone in its range, so that its removal needs memory only in the
  /// tree.
  private mutating func undoMove(_ new: VmaIdentifier) throws(AddressSpaceError) {
    let failures = machine.failures
    // Kernel: the tree's part of this is `GFP_KERNEL | __GFP_NOFAIL`.
    machine.failures = .none
    _ = tree.permitAllocations()
    defer { machine.failures = failures }
    try unmap(machine[new].range)
  }
}
