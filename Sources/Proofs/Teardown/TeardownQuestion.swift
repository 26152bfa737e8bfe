import AddressSpaceModel

/// What is asked of a design: a law, or what one observer may meet.
enum TeardownQuestion: Hashable, Sendable {
  case law(ForkLaw)
  case observer(ForkObserver)

  /// All that are asked of each design.
  static let all: [TeardownQuestion] =
    ForkLaw.ofTeardown.filter { $0 != .observersSeeOnlyLiveVmas }.map { .law($0) }
    + ForkObserver.ofModel.map { .observer($0) }

  /// The law that it is about.
  var law: ForkLaw {
    switch self {
    case .law(let law): law
    case .observer: .observersSeeOnlyLiveVmas
    }
  }

  var observer: ForkObserver? {
    switch self {
    case .law: nil
    case .observer(let observer): observer
    }
  }

  /// For example `nothing-left` or `observers-see-only-live-vmas/reaper`.
  var name: String { observer.map { "\(law.rawValue)/\($0.rawValue)" } ?? law.rawValue }

  /// The rules of which each must be needed: without it the answer for the design is no.
  func neededRules(_ design: ForkDesignName) -> [Premise] {
    // Only B and 7.3 tear a failed child down before its locks are released.
    let undoes = design != .oneByOne && !design.exitStopsAtMarker
    switch self {
    case .law(.copiedClosedOnce): return [.closesOnce]
    case .law(.othersUntouched): return design == .oneByOne ? [.startsEmpty] : [.closesOnlyCopies]
    case .law(.parentUnchanged): return [.leavesParent]
    case .law(.mapCountEqualsRemoved): return [.countsCopies]
    case .law(.accountedPagesReturn): return [.returnsChargeOnce]
    case .law(.nothingLeft): return [.freesTables, .destroysTree]
    case .law(.observersSeeOnlyLiveVmas), .law(.childEqualsParent), .law(.kernelIsSilent), .law(.modelEqualsKernel),
      .law(.onlyChildrenAreTold):
      return []
    case .observer(.reverseMap): return [.unlinksFirst]
    case .observer(.swapOff): return undoes ? [.holdsLocks, .admitsObservers] : [.admitsObservers]
    case .observer:
      if design.exitStopsAtMarker && design != .duplicateAndMarkPlaceOnly {
        return [.marksAddressSpace, .admitsObservers]
      }
      return undoes ? [.holdsLocks, .admitsObservers] : [.admitsObservers]
    }
  }
}
