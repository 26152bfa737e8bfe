import AddressSpaceModel
import MapleTreeModule

/// The copying of vmas.
extension TeardownMachine {
  /// Makes the copy of a vma, not linked to its file and not in the tree.
  mutating func copyVma(_ place: Int) throws(TeardownFailure) {
    let vma = scenario.vmas[place]
    let isInherited = vma.isInherited
    if fails(.vma(place, .signal), when: isInherited) { throw TeardownFailure() }
    let isCharged = isInherited .& vma.isAccounted
    if fails(.vma(place, .charge), when: isCharged) { throw TeardownFailure() }
    charges[place] = charges[place] + Number(one: isCharged)
    if fails(.vma(place, .object), when: isInherited) { throw undoCharge(place) }
    copies[place].isMade = isInherited
    if fails(.vma(place, .policy), when: isInherited .& vma.hasPolicy) {
      copies[place].free(when: isInherited)
      throw undoCharge(place)
    }
    copies[place].holdsPolicy = isInherited .& vma.hasPolicy
    if fails(.vma(place, .userfault), when: isInherited .& vma.hasUserfault) {
      undoCopy(place)
      throw undoCharge(place)
    }
    copies[place].holdsUserfault = isInherited .& vma.hasUserfault
    let isFindable = isInherited .& .!vma.isWiped .& vma.isAnonymous
    if fails(.vma(place, .anonVma), when: isFindable) {
      undoCopy(place)
      throw undoCharge(place)
    }
    copies[place].isFindable = isFindable
    parents[place].isAttached = parents[place].isAttached .& (.!isInherited .| rules[.leavesParent])
  }

  private mutating func undoCopy(_ place: Int) {
    copies[place].holdsPolicy = Number.no
    copies[place].free(when: Number.yes)
  }

  /// Returns what was charged for a vma whose copy failed.
  private mutating func undoCharge(_ place: Int) -> TeardownFailure {
    let isCharged = scenario.vmas[place].isInherited .& scenario.vmas[place].isAccounted
    charges[place] = charges[place] - Number(one: isCharged) - Number(one: isCharged .& .!rules[.returnsChargeOnce])
    return TeardownFailure()
  }

  /// Takes a reference to the file, and enters the copy in the file's tree of mappings.
  mutating func linkFile(_ place: Int) {
    let vma = scenario.vmas[place]
    copies[place].isLinked = vma.isInherited .& vma.hasFile
    copies[place].holdsFile = copies[place].isLinked
  }

  mutating func open(_ place: Int) {
    copies[place].opened = copies[place].opened + Number(one: scenario.vmas[place].isInherited)
  }

  /// Counts a vma in the child, before its copy is made and when it is in the tree; only the second is right.
  mutating func count(_ place: Int, isInTree: Bool) {
    let rule = isInTree ? rules[.countsCopies] : .!rules[.countsCopies]
    mapCount = mapCount + Number(one: scenario.vmas[place].isInherited .& rule)
  }

  /// Copies the pages of a vma; what was copied before a failure stays. Kernel: `copy_page_range()`.
  mutating func copyPages(_ place: Int) throws(TeardownFailure) {
    let vma = scenario.vmas[place]
    for level in (0..<TeardownGeometry.levels).reversed() {
      let isNew = failing.isCopied(with: vma, of: scenario.vmas, level: level) .& .!failing.isThere[level]
      guard fails(.pageTable(place, level: level), when: isNew) else { continue }
      watched.copy(vma, of: scenario.vmas, before: failing, level: level)
      let table = TableProbe<Number>(
        lowest: failing.geometry.tables(of: vma.touchedPage)[0], failing.geometry)
      copies[place].hasPage = vma.isCopiedWithPages .& vma.isTouched .& table.comes(0, before: failing, level: level)
      throw TeardownFailure()
    }
    watched.copy(vma, of: scenario.vmas)
    failing.copy(vma, of: scenario.vmas)
    copies[place].hasPage = vma.isCopiedWithPages .& vma.isTouched
  }

  // MARK: One by one

  /// Design A's loop. Kernel: `dup_mmap()` up to 6.7.
  mutating func copyOneByOne() throws(TeardownFailure) {
    if fails(.begin, when: Number.yes) {
      isFailing = true
      throw TeardownFailure()
    }
    for place in slots.indices {
      slots[place].holdsParents = scenario.vmas[place].exists .& .!rules[.startsEmpty]
    }
    do throws(TeardownFailure) {
      for place in copies.indices {
        count(place, isInTree: false)
        try copyVma(place)
        linkFile(place)
        try storeCopy(place)
        count(place, isInTree: true)
        open(place)
        try copyPages(place)
      }
      if fails(.hook, when: Number.yes) { throw TeardownFailure() }
    } catch {
      isFailing = true
      throw error
    }
  }

  private mutating func storeCopy(_ place: Int) throws(TeardownFailure) {
    let vma = scenario.vmas[place]
    if fails(.vma(place, .store), when: vma.isInherited) {
      // As in the kernel, the link to the file and the reference to it are forgotten here.
      copies[place].isFindable = Number.no
      copies[place].holdsPolicy = Number.no
      copies[place].free(when: Number.yes)
      charges[place] = charges[place] - Number(one: vma.isAccounted)
      throw TeardownFailure()
    }
    slots[place].holdsParents = slots[place].holdsParents .& .!vma.isInherited
    slots[place].holdsCopy = vma.isInherited
    copies[place].isAttached = vma.isInherited
  }

  // MARK: Replacing in a duplicate

  /// The loop of designs B, C and D.
  /// - Parameter firstNotCopied: Of a failure, the first of the parent's vmas that the child's tree still holds.
  mutating func replaceAll(linksFileFirst: Bool, firstNotCopied: inout Int?) throws(TeardownFailure) {
    for place in copies.indices { slots[place].holdsParents = scenario.vmas[place].exists }
    for place in copies.indices {
      let vma = scenario.vmas[place]
      firstNotCopied = place
      if fails(.vma(place, .erase), when: vma.exists .& vma.isUninherited) { throw TeardownFailure() }
      count(place, isInTree: false)
      try copyVma(place)
      if linksFileFirst { linkFile(place) }
      slots[place].holdsParents = Number.no
      slots[place].holdsCopy = vma.isInherited
      copies[place].isAttached = vma.isInherited
      count(place, isInTree: true)
      open(place)
      if !linksFileFirst { linkFile(place) }
      do throws(TeardownFailure) {
        try copyPages(place)
      } catch {
        // The vma counts as copied, with the pages that it got.
        let next = place + 1
        firstNotCopied = next < copies.count && domain.decide(scenario.vmas[next].exists) ? next : nil
        throw error
      }
      firstNotCopied = nil
    }
    if fails(.hook, when: Number.yes) { throw TeardownFailure() }
  }
}
