import AddressSpaceModel
import RangeMapCore

/// What observers find, and what holds when the child is gone.
extension TeardownSite {
  mutating func step(_ place: StaticString) {
    guard isFailing else { return }
    stepNumber = stepNumber + Number(one: condition)
    looks.append(
      TeardownLook(
        label: "\(place)", number: stepNumber, happens: condition,
        faults: ForkObserver.ofModel.map { ($0, fault($0)) }))
  }

  /// Whether an observer meets now what is no live vma of the child.
  private func fault(_ observer: ForkObserver) -> Truth {
    let isUnruly = .!rules[.admitsObservers]
    let isAdmitted = (hasUsers ? .!isWriteLocked : Number.no) .| isUnruly
    let isStable = .!isUnstable .| isUnruly
    switch observer {
    case .reverseMap:
      return copies.indices.reduce(Number.no) { fault, place in
        let copy = copies[place]
        let isLost = isAdmitted .& copy.isAttached .& .!slots[place].holdsCopy
        return fault .| ((copy.isLinked .| copy.isFindable) .& (copy.isFreed .| copy.closed .> 0 .| isLost))
      }
    case .swapOff: return isAdmitted .& walkFault
    case .checkedSwapOff: return isAdmitted .& isStable .& walkFault
    case .reaper: return (.!isWriteLocked .& .!isSkippedByReaper .| isUnruly) .& walkFault
    case .migration: return isAdmitted .& isStable .& slots.reduce(Number.yes) { $0 .& $1.isEmpty }
    case .folio, .fault, .reader: preconditionFailure("a kernel alone has the observer")
    }
  }

  private var walkFault: Truth {
    zip(slots, copies).reduce(Number.no) { fault, pair in
      let (slot, copy) = pair
      return fault .| slot.holdsParents .| slot.isMarked .| (slot.holdsCopy .& (copy.isFreed .| .!copy.isAttached))
    }
  }

  /// Whether an observer met at some moment what it should not.
  func isBroken(by observer: ForkObserver) -> Truth {
    looks.reduce(Number.no) { found, look in
      look.faults.reduce(found) { $1.observer == observer ? $0 .| (look.happens .& $1.isFault) : $0 }
    }
  }

  /// Whether a law is broken now that the child is gone. What observers find has no part in it.
  func isBroken(_ law: ForkLaw) -> Truth {
    switch law {
    case .copiedClosedOnce:
      return any(copies) { .!($0.opened .== $0.closed) .| $0.closed .> 1 }
    case .othersUntouched: return any(parents) { .!($0.closed .== 0) .| $0.isFreed }
    case .parentUnchanged: return any(parents) { $0.isFreed } .| isParentChanged .| any(copies) { $0.hasPage }
    case .mapCountEqualsRemoved: return .!(mapCount .== removedCount)
    case .accountedPagesReturn:
      return charges.reduce(Number.no) { $0 .| .!($1 .== 0) }
    case .nothingLeft: return areTablesLeft .| isAnythingElseLeft
    case .observersSeeOnlyLiveVmas: return ForkObserver.ofModel.reduce(Number.no) { $0 .| isBroken(by: $1) }
    case .childEqualsParent, .onlyChildrenAreTold, .kernelIsSilent, .modelEqualsKernel:
      preconditionFailure("the prover has no children that live, and no kernel")
    }
  }

  /// Whether the child has a page table still.
  var areTablesLeft: Truth { watched.isAnyThere }

  /// Whether anything of the child is left but page tables.
  var isAnythingElseLeft: Truth {
    any(copies) { $0.holdsAnything .| $0.isFreedTwice } .| tookMarker
      .| slots.reduce(Number.no) { $0 .| .!$1.isEmpty } .| haveParentsLinksChanged
  }

  private func any(_ states: [VmaState<Number>], _ condition: (VmaState<Number>) -> Truth) -> Truth {
    states.reduce(Number.no) { $0 .| condition($1) }
  }

  /// Whether a file, an anon_vma or a policy of the parent's is used more or less than before.
  private var haveParentsLinksChanged: Truth {
    zip(parents, scenario.vmas).reduce(Number.no) { changed, pair in
      let (state, vma) = pair
      let hasFile = vma.exists .& vma.hasFile
      let isSame =
        same(state.isLinked, hasFile) .& same(state.holdsFile, hasFile)
        .& same(state.holdsPolicy, vma.exists .& vma.hasPolicy) .& same(state.isFindable, vma.isAnonymous)
      return changed .| .!isSame
    }
  }

  private var isParentChanged: Truth {
    zip(parents, scenario.vmas).reduce(haveParentsLinksChanged) { $0 .| .!same($1.0.isAttached, $1.1.exists) }
  }

  private func same(_ first: Truth, _ second: Truth) -> Truth { first .& second .| .!first .& .!second }
}

extension ForkLaw {
  /// The laws of teardown, which hold whether a fork succeeds or fails.
  static let ofTeardown: [ForkLaw] = [
    .copiedClosedOnce, .othersUntouched, .parentUnchanged, .mapCountEqualsRemoved, .accountedPagesReturn,
    .nothingLeft, .observersSeeOnlyLiveVmas,
  ]
}
