import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// Gives the pages of a range another protection. Kernel: `mprotect()`.
  ///
  /// - Returns: Whether all of the range was mapped. The call ends at the first page that is not.
  /// - Throws: `invalidArgument`, `outOfMemory`, `tooManyVmas`; vmas below the one that failed keep their new
  /// protection.
  @discardableResult
  public mutating func protect(_ range: KeyRange, _ protection: VmaFlags) throws(AddressSpaceError) -> Bool {
    try changeFlags(
      range, removing: .protection, adding: protection.intersection(.protection), endsAtHole: true)
  }

  /// Keeps the pages of a range in memory, or does not any more. Kernel: `mlock()`, `munlock()`.
  ///
  /// - Returns: Whether all of the range was mapped. The call ends at the first page that is not.
  @discardableResult
  public mutating func setLocked(_ range: KeyRange, _ isLocked: Bool) throws(AddressSpaceError) -> Bool {
    try changeFlags(range, removing: .locks, adding: isLocked ? .locked : [], endsAtHole: true)
  }

  /// Gives advice that changes what vmas are, such as `.dontCopy`. What is not mapped is passed over. Kernel:
  /// `madvise()`.
  @discardableResult
  public mutating func advise(
    _ range: KeyRange, removing: VmaFlags = [], adding: VmaFlags = []
  ) throws(AddressSpaceError) -> Bool {
    try changeFlags(range, removing: removing, adding: adding)
  }

  mutating func changeFlags(
    _ range: KeyRange, removing: VmaFlags, adding: VmaFlags, endsAtHole: Bool = false
  ) throws(AddressSpaceError) -> Bool {
    guard KeyRange(start: range.first, end: range.end) != nil else { throw .invalidArgument }
    var isWhole = true
    var address = range.first
    while address <= range.last {
      guard let vma = firstVma(endingAfter: address), machine[vma].range.first <= range.last else {
        isWhole = false
        break
      }
      let found = machine[vma].range
      if found.first > address {
        isWhole = false
        if endsAtHole { break }
      }
      let part = KeyRange(max(found.first, range.first), min(found.last, range.last))
      let flags = machine[vma].flags.subtracting(removing).union(adding)
      if flags != machine[vma].flags { try setFlags(of: vma, part, flags) }
      address = part.last + 1
    }
    return isWhole
  }

  /// Changes the flags of a part of a vma; private memory that becomes writable is charged. Kernel: `mprotect_fixup()`.
  private mutating func setFlags(of vma: VmaIdentifier, _ part: KeyRange, _ flags: VmaFlags) throws(AddressSpaceError) {
    var flags = flags
    var charge: UInt64 = 0
    if flags.isAccountable, !machine[vma].flags.contains(.writable), !machine[vma].flags.contains(.accounted) {
      flags.insert(.accounted)
      charge = (part.countLessOne >> AddressLayout.pageShift) + 1
      guard machine.charge(charge) else { throw .outOfMemory }
    }
    let isOfPages = flags.intersection(.protection) != machine[vma].flags.intersection(.protection)
    var given: UInt64 = 0
    if isOfPages, machine.unchargesUntouchedMemory, !flags.contains(.writable), flags.contains(.accounted),
      machine[vma].isAnonymous, machine[vma].anonVma == nil
    {
      flags.remove(.accounted)
      given = (part.countLessOne >> AddressLayout.pageShift) + 1
    }
    do throws(AddressSpaceError) {
      try modify(vma, part, flags)
    } catch {
      machine.uncharge(charge)
      throw error
    }
    machine.uncharge(given)
    if isOfPages {
      pageTable.protect(part, isWritable: flags.contains(.writable), isShared: flags.contains(.shared))
    }
  }

  /// Joins the part with the neighbours it now agrees with, or makes it a vma of its own. Kernel: `vma_modify()`.
  private mutating func modify(_ vma: VmaIdentifier, _ part: KeyRange, _ flags: VmaFlags) throws(AddressSpaceError) {
    let whole = machine[vma].range
    var neighbours = neighbours(
      joining: machine[vma].request(for: part, flags: flags), anonVma: machine[vma].anonVma)
    // A policy of its own makes a vma one that is joined with none.
    if machine[vma].policy != nil { neighbours = MergeNeighbours() }
    let isWhole = part == whole
    switch (neighbours.previous, neighbours.next) {
    case (let previous?, let next?):
      let range = KeyRange(machine[previous].range.first, machine[next].range.last)
      try expand(previous, over: range, absorbing: [vma, next])
    case (let previous?, nil):
      let range = KeyRange(machine[previous].range.first, part.last)
      try expand(previous, over: range, absorbing: isWhole ? [vma] : [], shrinking: isWhole ? nil : vma)
    case (nil, let next?):
      let range = KeyRange(part.first, machine[next].range.last)
      try expand(next, over: range, absorbing: isWhole ? [vma] : [], shrinking: isWhole ? nil : vma)
    case (nil, nil): try cut(vma, part, flags)
    }
  }

  /// Makes a part of a vma one of its own, with other flags.
  private mutating func cut(_ vma: VmaIdentifier, _ part: KeyRange, _ flags: VmaFlags) throws(AddressSpaceError) {
    let whole = machine[vma].range
    if whole.first < part.first { try split(vma, at: part.first, newIsLower: true) }
    if whole.last > part.last { try split(vma, at: part.end, newIsLower: false) }
    counters.removePages(of: machine[vma])
    machine.setFlags(vma, flags)
    counters.addPages(of: machine[vma])
  }

  /// Lets a userfaultfd of its own watch a part of a vma that none watches. Kernel: `userfaultfd_register()`.
  mutating func watch(_ vma: VmaIdentifier, _ part: KeyRange) throws(AddressSpaceError) {
    try cut(vma, part, machine[vma].flags.union(.userfault))
    // No other vma is ever watched first under this number.
    machine[vma].watcher = vma.place
  }
}

extension AddressSpace where Map: ~Copyable {
  /// Gives the vma at an address a memory policy of its own, if it has none. Kernel: `mbind()` of a whole vma.
  /// - Throws: `notMapped`, `outOfMemory`.
  public mutating func addPolicy(at address: UInt64) throws(AddressSpaceError) {
    guard let vma = firstVma(endingAfter: address), machine[vma].range.contains(address) else { throw .notMapped }
    if machine[vma].policy == nil, !machine.newPolicy(for: vma) { throw .outOfMemory }
  }
}
