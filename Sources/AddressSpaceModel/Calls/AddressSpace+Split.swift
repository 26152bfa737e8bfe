import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// Makes two vmas of one at an address inside of it, and returns the new one: the lower or the upper.
  /// Kernel: `__split_vma()`.
  /// - Throws: `outOfMemory`, `tooManyVmas`; nothing has changed then.
  @discardableResult
  mutating func split(
    _ vma: VmaIdentifier, at address: UInt64, newIsLower: Bool
  ) throws(AddressSpaceError) -> VmaIdentifier {
    if counters.mapCount >= mapCountLimit { throw .tooManyVmas }
    let old = machine[vma]
    let lower = KeyRange(old.range.first, address - 1)
    let upper = KeyRange(address, old.range.last)
    let range = newIsLower ? lower : upper
    let new = try prepareCopy(of: vma, over: range, filePage: old.filePage(at: range.first))
    machine[vma].range = newIsLower ? upper : lower
    if newIsLower { machine[vma].filePage = old.filePage(at: address) }
    storePrepared()
    counters.mapCount += 1
    return new
  }

  /// Makes a copy of a vma for a range, with its policy, its anon_vmas and its file, and takes the nodes for storing
  /// it: what is left to do cannot fail.
  /// - Throws: `outOfMemory`; nothing has changed then.
  mutating func prepareCopy(
    of vma: VmaIdentifier, over range: KeyRange, filePage: UInt64
  ) throws(AddressSpaceError) -> VmaIdentifier {
    guard let new = machine.duplicateVma(vma, owner: owner) else { throw .outOfMemory }
    machine[new].range = range
    machine[new].filePage = filePage
    guard machine.duplicatePolicy(from: vma, to: new) else {
      machine.freeVma(new)
      throw .outOfMemory
    }
    machine[new].anonVma = machine[vma].anonVma
    guard machine.cloneAnonChain(from: vma, to: new, mayReuse: false) else {
      machine.releasePolicy(new)
      machine.freeVma(new)
      throw .outOfMemory
    }
    do throws(AddressSpaceError) {
      try prepareTree(new, over: range)
    } catch {
      machine.unlinkAnonVmas(new)
      machine.releasePolicy(new)
      machine.freeVma(new)
      throw error
    }
    machine.linkFile(new)
    machine.open(new)
    machine[new].isAttached = true
    return new
  }
}
