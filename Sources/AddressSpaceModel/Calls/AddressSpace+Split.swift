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
    let new = try copyForSplit(vma, range)
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
    machine[vma].range = newIsLower ? upper : lower
    if newIsLower, old.file != nil { machine[vma].filePage = old.filePage(at: address) }
    machine[new].isAttached = true
    storePrepared()
    counters.mapCount += 1
    return new
  }

  /// Makes a copy of a part of a vma with its policy and its anon_vmas, and links it to nothing else.
  func copyForSplit(_ vma: VmaIdentifier, _ part: KeyRange) throws(AddressSpaceError) -> VmaIdentifier {
    guard let new = machine.duplicateVma(vma, owner: owner) else { throw .outOfMemory }
    if machine[vma].file != nil { machine[new].filePage = machine[vma].filePage(at: part.first) }
    machine[new].range = part
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
    return new
  }
}
