import AddressSpaceModel
import MapleTreeModule
import RangeMapCore
import Scenarios

@testable import Proofs

extension TeardownVma where Number == Int {
  /// A vma that exists, over the pages from `start` up to `end`, whose flags are the bits of a number: not inherited,
  /// wiped, accounted, file, policy, userfault.
  /// - Parameter touched: The page that is in memory; nil for none.
  init(_ start: Int, _ end: Int, flags: Int, touched: Int?) {
    self.init(
      exists: true, start: start, end: end, isUninherited: flags & 1 != 0, isWiped: flags & 2 != 0,
      isAccounted: flags & 4 != 0, hasFile: flags & 8 != 0, hasPolicy: flags & 16 != 0, hasUserfault: flags & 32 != 0,
      isTouched: touched != nil, touchedPage: touched ?? start)
  }

  /// The number of combinations of flags.
  static var flagCombinations: Int { 64 }
}

extension TeardownScenario where Number == Int {
  init(_ vmas: [TeardownVma<Int>]) {
    self.init(vmas: vmas, failure: 0, failingTable: 0, watchedTable: 0)
  }
}

extension SiteAgreement {
  /// Nobody, and each observer at every step.
  static let allObservations: [ForkObservation?] = [nil] + ForkObserver.ofModel.map { ForkObservation($0) }

  /// One vma with each combination of flags, at the bottom and above it, touched and not.
  mutating func compareSingles(stride step: Int = 1) throws(AddressSpaceError) {
    for flags in Swift.stride(from: 0, to: TeardownVma<Int>.flagCombinations, by: step) {
      for (start, touched) in [(0, nil), (0, 1), (3, nil), (3, 3)] as [(Int, Int?)] {
        let scenario = TeardownScenario([TeardownVma(start, start + 2, flags: flags, touched: touched)])
        try compare(
          scenario, .smallest, designs: ForkDesignName.allCases, observations: Self.allObservations)
      }
    }
  }

  /// Kinds of vmas, as flags and whether they are touched: each flag with and without, and not all combinations.
  static let kinds: [(flags: Int, isTouched: Bool)] = [
    (4, true), (0, false), (1, true), (5, false), (2 + 4 + 16, true), (8, true), (8 + 4 + 16, true), (4 + 32, false),
  ]

  /// So many vmas of all kinds, apart and next to one another.
  mutating func compareKinds(vmas count: Int, stride step: Int = 1) throws(AddressSpaceError) {
    let kinds = Self.kinds
    let combinations = (0..<count).reduce(1) { total, _ in total * kinds.count }
    for combination in Swift.stride(from: 0, to: combinations, by: step) {
      for (bottom, gap) in [(0, 0), (1, 1), (0, 3)] {
        var rest = combination
        var vmas: [TeardownVma<Int>] = []
        for place in 0..<count {
          let kind = kinds[rest % kinds.count]
          rest /= kinds.count
          let start = bottom + place * (2 + gap)
          vmas.append(
            TeardownVma(start, start + 2, flags: kind.flags, touched: kind.isTouched ? start + 1 : nil))
        }
        try compare(
          TeardownScenario(vmas), .smallest, designs: ForkDesignName.allCases, observations: Self.allObservations)
      }
    }
  }

  /// So many vmas at all places of an address space of some pages, each touched at one end or at the other. The flags
  /// are those of one that is inherited and of one that is not.
  mutating func comparePlaces(vmas count: Int, pages: Int, stride step: Int = 1) throws(AddressSpaceError) {
    var number = 0
    var ends: [Int] = []
    func next(_ agreement: inout SiteAgreement, from page: Int) throws(AddressSpaceError) {
      if ends.count == 2 * count {
        for variant in 0..<(1 << (2 * count)) {
          number += 1
          if number % step != 0 { continue }
          let vmas = (0..<count).map { place in
            let (start, end) = (ends[2 * place], ends[2 * place + 1])
            let bits = variant >> (2 * place)
            return TeardownVma(
              start, end, flags: bits & 1 == 0 ? 4 : 5, touched: bits & 2 == 0 ? start : end - 1)
          }
          try agreement.compare(
            TeardownScenario(vmas), .smallest, designs: ForkDesignName.allCases, observations: [nil])
        }
        return
      }
      // An end lies behind its start; a start may be where the vma before ends.
      let least = ends.count % 2 == 0 ? page : page + 1
      for page in least...max(least, pages) where page <= pages {
        ends.append(page)
        try next(&agreement, from: page)
        ends.removeLast()
      }
    }
    try next(&self, from: 0)
  }

  /// Compares address spaces with a seeded defect and the prover's site, which has it too or not. The designs are those
  /// that have no fault of their own beside it.
  static func compareDefect(
    _ rule: Premise, bothHaveIt: Bool
  ) throws(AddressSpaceError) -> SiteAgreement {
    var agreement = SiteAgreement()
    for combination in stride(from: 0, to: kinds.count * kinds.count, by: 11) {
      let vmas = [combination % kinds.count, combination / kinds.count].enumerated().map { place, kind in
        let start = 1 + 3 * place
        return TeardownVma<Int>(
          start, start + 2, flags: kinds[kind].flags, touched: kinds[kind].isTouched ? start + 1 : nil)
      }
      try agreement.compare(
        TeardownScenario(vmas), .smallest, designs: ForkDesignName.principal, observations: allObservations,
        without: rule, bothHaveIt: bothHaveIt)
    }
    return agreement
  }
}
