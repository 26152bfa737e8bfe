import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// Maps memory at a place, in the stead of what is there. Kernel: `mmap_region()` with `MAP_FIXED`.
  ///
  /// With `.userfault` a userfaultfd of its own watches the range then. Kernel: `UFFDIO_REGISTER`.
  /// - Returns: The vma that holds the range, which may be an older one that has grown.
  /// - Throws: `invalidArgument`, `outOfMemory`, `tooManyVmas`, `sideTreeDiffers`. What is mapped is then as it was;
  ///   vmas that stick out of the range may have been split.
  @discardableResult
  public mutating func map(_ request: MappingRequest) throws(AddressSpaceError) -> VmaIdentifier {
    guard request.flags.contains(.userfault) else { return try map(request, isHeap: false) }
    var unwatched = request
    unwatched.flags.remove(.userfault)
    let vma = try map(unwatched, isHeap: false)
    try watch(vma, request.range)
    return vma
  }

  private mutating func map(_ request: MappingRequest, isHeap: Bool) throws(AddressSpaceError) -> VmaIdentifier {
    var request = request
    guard KeyRange(start: request.range.first, end: request.range.end) != nil else { throw .invalidArgument }
    if request.flags.isAccountable { request.flags.insert(.accounted) }
    if request.file == nil {
      request.filePage = request.flags.contains(.shared) ? 0 : request.range.first >> AddressLayout.pageShift
    }
    let charge = request.flags.contains(.accounted) ? request.pageCount : 0
    var gathered = try gather(request.range)
    do throws(AddressSpaceError) {
      guard counters.mapCount - gathered.count < mapCountLimit else { throw .tooManyVmas }
      guard machine.charge(charge) else { throw .outOfMemory }
    } catch {
      reattach(&gathered)
      throw error
    }
    do throws(AddressSpaceError) {
      let vma = try place(request, isHeap: isHeap)
      finishRemoval(&gathered)
      return vma
    } catch {
      machine.uncharge(charge)
      reattach(&gathered)
      throw error
    }
  }

  /// Stores the mapping over what is gathered, as a part of its neighbours where they can be one with it.
  private mutating func place(_ request: MappingRequest, isHeap: Bool) throws(AddressSpaceError) -> VmaIdentifier {
    do throws(AddressSpaceError) {
      if let grown = try join(request, anonVma: nil) { return grown }
    } catch {
      // A heap grows or does not; other memory can lie apart. Kernel: `do_brk_flags()`, `mmap_region()`.
      if isHeap { throw error }
    }
    return try insert(request)
  }

  private mutating func insert(_ request: MappingRequest) throws(AddressSpaceError) -> VmaIdentifier {
    guard let vma = machine.newVma(request.range, request.flags, owner: owner) else { throw .outOfMemory }
    machine[vma].file = request.file
    machine[vma].filePage = request.filePage
    do throws(AddressSpaceError) {
      try prepareTree(vma, over: request.range)
    } catch {
      machine.freeVma(vma)
      throw error
    }
    machine.linkFile(vma)
    machine[vma].isAttached = true
    storePrepared()
    counters.add(machine[vma])
    return vma
  }

  /// Moves the end of the heap. Kernel: `brk()`.
  /// - Throws: As `map(_:)` and `unmap(_:)`; the end is then where it was.
  public mutating func setProgramBreak(_ end: UInt64) throws(AddressSpaceError) {
    let old = AddressSpace.pageEnd(programBreak)
    let new = AddressSpace.pageEnd(end)
    if new > old {
      guard let range = KeyRange(start: old, end: new) else { throw .invalidArgument }
      _ = try map(MappingRequest(range, [.readable, .writable]), isHeap: true)
    } else if new < old {
      guard let range = KeyRange(start: new, end: old) else { throw .invalidArgument }
      try unmap(range)
    }
    programBreak = end
  }

  /// Says where the heap ends without mapping anything, as when a program is loaded.
  public mutating func placeProgramBreak(_ end: UInt64) { programBreak = end }

  private static func pageEnd(_ address: UInt64) -> UInt64 {
    (address + AddressLayout.pageSize - 1) & ~(AddressLayout.pageSize - 1)
  }
}
