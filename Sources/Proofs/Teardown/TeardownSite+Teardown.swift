import AddressSpaceModel
import RangeMapCore

/// The steps of a teardown.
extension TeardownSite {
  mutating func walk(before end: Number?, stopsAtMarker: Bool) -> [FoundVma<Truth>] {
    var hasStopped = Number.no
    var found: [FoundVma<Truth>] = []
    for (place, slot) in slots.enumerated() {
      let isBelow = end.map { scenario.vmas[place].start .< $0 .| $0 .== 0 } ?? Number.yes
      if stopsAtMarker {
        hasStopped = hasStopped .| slot.isMarked
      } else {
        tookMarker = tookMarker .| (slot.isMarked .& isBelow)
      }
      let isFound = isBelow .& .!hasStopped
      found.append(FoundVma(place: place, copy: slot.holdsCopy .& isFound, parents: slot.holdsParents .& isFound))
    }
    return found
  }

  func isThere(_ found: FoundVma<Truth>) -> Truth { found.isAny }

  mutating func zap(_ walk: [FoundVma<Truth>]) {
    for found in walk { copies[found.place].hasPage = copies[found.place].hasPage .& .!(condition .& found.isAny) }
  }

  mutating func unlink(_ walk: [FoundVma<Truth>]) {
    for found in walk {
      copies[found.place].unlink(when: found.copy .& condition)
      parents[found.place].unlink(when: found.parents .& condition)
    }
  }

  mutating func remove(_ found: FoundVma<Truth>) {
    copies[found.place].remove(when: condition .& found.copy)
    parents[found.place].remove(when: condition .& found.parents)
    let isCharged = condition .& scenario.vmas[found.place].isAccounted
    removedCharges[found.place] = removedCharges[found.place] + Number(one: isCharged)
    removedCount = removedCount + Number(one: condition)
  }

  mutating func returnCharges() {
    for place in charges.indices {
      charges[place] = charges[place] - removedCharges[place]
      removedCharges[place] = 0
    }
  }

  // MARK: Marks

  mutating func dropUsers() { hasUsers = false }

  mutating func setLock(_ state: LockState) {
    isWriteLocked = state == .write ? isWriteLocked .| condition : isWriteLocked .& .!condition
  }

  mutating func skipReaper() { isSkippedByReaper = isSkippedByReaper .| (condition .& rules[.marksAddressSpace]) }

  mutating func markUnstable() { isUnstable = isUnstable .| (condition .& rules[.marksAddressSpace]) }

  // MARK: Page tables

  /// Those that lie no further apart than a lowest table's span go as one.
  mutating func freeTables(of walk: [FoundVma<Truth>], ceiling: Number?) {
    let isFound = walk.map(\.isAny)
    let vmas = scenario.vmas
    let next = nextFound(isFound)
    let span = Number(watched.geometry.entries)
    func isNear(_ first: Int, _ second: Int) -> Truth { vmas[second].start .<= vmas[first].end + span }
    for first in vmas.indices {
      // Whether the group that begins with the first vma goes on to another.
      var reaches = Array(repeating: Number.no, count: vmas.count)
      let isJoined = (0..<first).reduce(Number.no) { $0 .| (next[$1][first] .& isNear($1, first)) }
      reaches[first] = isFound[first] .& .!isJoined
      for last in first..<vmas.count {
        if last > first {
          reaches[last] = (first..<last).reduce(Number.no) { truth, place in
            truth .| (reaches[place] .& next[place][last] .& isNear(place, last))
          }
        }
        let isReached = reaches[last]
        for following in (last + 1)..<(vmas.count + 1) where following < vmas.count {
          free(
            when: isReached .& next[last][following] .& .!isNear(last, following), first, last,
            ceiling: vmas[following].start)
        }
        free(when: isReached .& next[last][vmas.count], first, last, ceiling: ceiling)
      }
    }
  }

  private mutating func free(when condition: Truth, _ first: Int, _ last: Int, ceiling: Number?) {
    watched.free(
      when: self.condition .& condition, start: scenario.vmas[first].start, end: scenario.vmas[last].end,
      ceiling: ceiling)
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
}

extension VmaState {
  mutating func close(when condition: Truth) { closed = closed + Number(one: condition) }

  /// Closes a vma and frees all that it holds but its links. Kernel: `remove_vma()`.
  mutating func remove(when condition: Truth) {
    close(when: condition)
    holdsFile = holdsFile .& .!condition
    holdsPolicy = holdsPolicy .& .!condition
    isAttached = isAttached .& .!condition
    free(when: condition)
  }
}
