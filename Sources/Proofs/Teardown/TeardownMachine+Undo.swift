import AddressSpaceModel
import MapleTreeModule

/// What each design does about a failure, and the exit path.
extension TeardownMachine {
  /// Designs B and its variants. Kernel: `undo_dup_mmap()` of the series.
  mutating func duplicateAndUndo() throws(TeardownFailure) {
    if fails(.begin, when: Number.yes) {
      isFailing = true
      throw TeardownFailure()
    }
    var firstNotCopied: Int?
    do throws(TeardownFailure) {
      try replaceAll(linksFileFirst: true, firstNotCopied: &firstNotCopied)
    } catch {
      isFailing = true
      beginUndo(firstNotCopied)
      undo(treeEnd: firstNotCopied.map { scenario.vmas[$0].start })
      throw error
    }
  }

  /// - Parameter treeEnd: Where the first vma begins that was not copied; nil where all were.
  private mutating func undo(treeEnd: Number?) {
    step("before the undo")
    // A first vma at address 0 leaves nothing below it.
    var isAnythingBelow = true
    if let treeEnd { isAnythingBelow = domain.decide(.!(treeEnd .== 0)) }
    if isAnythingBelow {
      let all = walk(end: nil)
      let copied = walk(end: treeEnd)
      if domain.decide(isAny(copied)) {
        let tables = design == .undoWithOnlyCeiling || design == .undoWithoutTreeEnd ? all : copied
        zap(copied)
        step("after the undo unmapped")
        tearDown(
          tables: tables, removed: design == .undoWithoutTreeEnd ? all : copied,
          ceiling: design == .undoWithVmaEndAsNext ? treeEnd : nil)
      }
    }
    destroyTree(when: Number.yes)
  }

  /// Design C. Kernel: `dup_mmap()` of 6.8 to 6.12.
  mutating func duplicateAndMark() throws(TeardownFailure) {
    let isMarking = design == .duplicateAndMark ? rules[.marksAddressSpace] : Number.no
    if fails(.begin, when: Number.yes) {
      isUnstable = isMarking
      isFailing = true
      throw TeardownFailure()
    }
    var firstNotCopied: Int?
    do throws(TeardownFailure) {
      try replaceAll(linksFileFirst: design == .duplicateAndMarkPlaceOnly, firstNotCopied: &firstNotCopied)
    } catch {
      isFailing = true
      beginUndo(firstNotCopied)
      if let firstNotCopied {
        slots[firstNotCopied] = TreeSlot(isMarked: Number.yes)
        isSkippedByReaper = isMarking
      }
      isUnstable = isMarking
      step("after the place was marked")
      throw error
    }
  }

  /// Design D. Kernel: `dup_mmap()` since the change to its recovery.
  mutating func duplicateAndTearDown() throws(TeardownFailure) {
    var firstNotCopied: Int?
    do throws(TeardownFailure) {
      if fails(.begin, when: Number.yes) { throw TeardownFailure() }
      try replaceAll(linksFileFirst: false, firstNotCopied: &firstNotCopied)
    } catch {
      isFailing = true
      beginUndo(firstNotCopied)
      recover(treeEnd: firstNotCopied.map { scenario.vmas[$0].start })
      throw error
    }
  }

  private mutating func recover(treeEnd: Number?) {
    step("before the recovery")
    isSkippedByReaper = Number.yes
    if domain.decide(mapCount .> 0) {
      let copied = walk(end: treeEnd)
      zap(copied)
      step("after the recovery unmapped")
      tearDown(tables: copied, removed: copied, ceiling: nil)
    }
    destroyTree(when: Number.yes)
    isUnstable = Number.yes
  }

  /// What rules are about that speak of the beginning of an undo.
  private mutating func beginUndo(_ firstNotCopied: Int?) {
    if let firstNotCopied {
      parents[firstNotCopied].closed =
        parents[firstNotCopied].closed + Number(one: .!rules[.closesOnlyCopies])
    }
    isWriteLocked = isWriteLocked .& rules[.holdsLocks]
  }

  /// Tears the child down when its last user leaves. Kernel: `exit_mmap()`.
  mutating func exit() {
    hasUsers = false
    isWriteLocked = Number.no
    let found = walk(end: nil, stopsAtMarker: design == .duplicateAndMark || design == .duplicateAndMarkPlaceOnly)
    step("before the exit path unmaps")
    zap(found)
    step("after the exit path unmapped")
    isSkippedByReaper = Number.yes
    isWriteLocked = Number.yes
    tearDown(tables: found, removed: found, ceiling: nil)
    destroyTree(when: rules[.destroysTree])
    isWriteLocked = Number.no
    step("after the exit path")
  }

  // MARK: Parts

  /// What a walk of the child's tree finds below `end`, which is exclusive; nil and 0 are the top of all addresses.
  private mutating func walk(end: Number?, stopsAtMarker: Bool = false) -> [FoundVma<Truth>] {
    var hasStopped = Number.no
    var found: [FoundVma<Truth>] = []
    for (vma, slot) in zip(scenario.vmas, slots) {
      let isBelow = end.map { vma.start .< $0 .| $0 .== 0 } ?? Number.yes
      if stopsAtMarker {
        hasStopped = hasStopped .| slot.isMarked
      } else {
        tookMarker = tookMarker .| (slot.isMarked .& isBelow)
      }
      let isFound = isBelow .& .!hasStopped
      found.append(FoundVma(copy: slot.holdsCopy .& isFound, parents: slot.holdsParents .& isFound))
    }
    return found
  }

  private func isAny(_ found: [FoundVma<Truth>]) -> Truth { found.reduce(Number.no) { $0 .| $1.isAny } }

  /// Takes all pages in the ranges of some vmas out of the child's page table. Kernel: `unmap_vmas()`.
  private mutating func zap(_ found: [FoundVma<Truth>]) {
    for place in copies.indices { copies[place].hasPage = copies[place].hasPage .& .!found[place].isAny }
  }

  /// Takes links away and frees page tables, then closes and frees vmas.
  private mutating func tearDown(tables: [FoundVma<Truth>], removed: [FoundVma<Truth>], ceiling: Number?) {
    for place in copies.indices {
      copies[place].unlink(when: tables[place].copy .& rules[.unlinksFirst])
      parents[place].unlink(when: tables[place].parents .& rules[.unlinksFirst])
    }
    freeTables(tables.map(\.isAny), ceiling: ceiling)
    step("after page tables were freed")
    var isFirst = Number.yes
    for place in copies.indices {
      let found = removed[place]
      let closesTwice = isFirst .& .!rules[.closesOnce]
      copies[place].remove(when: found.copy, closesTwice: closesTwice)
      parents[place].remove(when: found.parents, closesTwice: closesTwice)
      charges[place] = charges[place] - Number(one: found.isAny .& scenario.vmas[place].isAccounted)
      removedCount = removedCount + Number(one: found.isAny)
      isFirst = isFirst .& .!found.isAny
      step("after a vma was removed", happens: found.isAny)
    }
  }

  /// Frees the page tables of vmas that are found. Those that lie no further apart than a lowest table's span go as
  /// one. Kernel: `free_pgtables()`.
  private mutating func freeTables(_ isFound: [Truth], ceiling: Number?) {
    let vmas = scenario.vmas
    let next = nextFound(isFound)
    let span = Number(watched.geometry.entries)
    func isNear(_ first: Int, _ second: Int) -> Truth { vmas[second].start .<= vmas[first].end + span }
    for first in vmas.indices {
      // Whether the group that begins with the first vma goes on to another.
      var reaches: [Int: Truth] = [:]
      let isJoined = (0..<first).reduce(Number.no) { $0 .| (next[$1][first] .& isNear($1, first)) }
      reaches[first] = isFound[first] .& .!isJoined
      for last in first..<vmas.count {
        let isReached =
          reaches[last]
          ?? (first..<last).reduce(Number.no) { truth, place in
            truth .| ((reaches[place] ?? Number.no) .& next[place][last] .& isNear(place, last))
          }
        reaches[last] = isReached
        for following in (last + 1)..<(vmas.count + 1) where following < vmas.count {
          free(
            when: rules[.freesTables] .& isReached .& next[last][following] .& .!isNear(last, following), first, last,
            ceiling: vmas[following].start)
        }
        free(when: rules[.freesTables] .& isReached .& next[last][vmas.count], first, last, ceiling: ceiling)
      }
    }
  }

  private mutating func free(when condition: Truth, _ first: Int, _ last: Int, ceiling: Number?) {
    watched.free(
      when: condition, start: scenario.vmas[first].start, end: scenario.vmas[last].end, ceiling: ceiling)
  }

  /// For each place, and each later one, whether both are found and none between them; the last is for none later.
  private func nextFound(_ isFound: [Truth]) -> [[Truth]] {
    isFound.indices.map { first in
      var isNoneBetween = isFound[first]
      var row = Array(repeating: Number.no, count: isFound.count + 1)
      for second in (first + 1)..<(isFound.count + 1) where second < isFound.count {
        row[second] = isNoneBetween .& isFound[second]
        isNoneBetween = isNoneBetween .& .!isFound[second]
      }
      row[isFound.count] = isNoneBetween
      return row
    }
  }

  private mutating func destroyTree(when condition: Truth) {
    for place in slots.indices {
      slots[place].holdsParents = slots[place].holdsParents .& .!condition
      slots[place].holdsCopy = slots[place].holdsCopy .& .!condition
      slots[place].isMarked = slots[place].isMarked .& .!condition
    }
    step("after the tree was destroyed", happens: condition)
  }
}

extension VmaState {
  /// Closes a vma and frees all that it holds but its links. Kernel: `remove_vma()`.
  mutating func remove(when condition: Truth, closesTwice: Truth) {
    closed = closed + Number(one: condition) + Number(one: condition .& closesTwice)
    holdsFile = holdsFile .& .!condition
    holdsPolicy = holdsPolicy .& .!condition
    isAttached = isAttached .& .!condition
    free(when: condition)
  }
}
