import MapleTreeModule
import RangeMapCore
import SMT
import Testing

@testable import Proofs

@Suite("The plan of a store, explored")
struct StorePlanExplorationTests {
  private let leaf = Geometry.tiny.leaf

  /// The facts of any store into a leaf, by unknowns.
  private func facts(in domain: inout SymbolicDomain) -> LeafFacts<SymbolicNumber> {
    let facts = LeafFacts(
      end: domain.number("end"), slot: domain.number("slot"), lastSlot: domain.number("last-slot"),
      beginsAtSlot: domain.truth("begins"), endsAtSlot: domain.truth("ends"), coversAll: domain.truth("covers-all"),
      storesNull: domain.truth("null"), isRoot: domain.truth("root"), usesReadCopyUpdate: domain.truth("rcu"),
      isBulk: domain.truth("bulk"))
    domain.assume(.leafCapacity, (facts.end .>= 0) .& (facts.end .< SymbolicNumber(leaf.slots)))
    domain.assume(
      .slotsInOrder, (facts.slot .>= 0) .& (facts.slot .<= facts.lastSlot) .& (facts.lastSlot .<= facts.end))
    let reachesEdges = facts.beginsAtSlot .& facts.endsAtSlot .& (facts.slot .== 0) .& (facts.lastSlot .== facts.end)
    domain.assume(.pathsPart, .!facts.coversAll .| (facts.isRoot .& reachesEdges))
    return facts
  }

  /// The same facts with values.
  private func facts(_ values: [String: Int]) -> LeafFacts<Int> {
    func number(_ name: String) -> Int { values[name, default: 0] }
    func truth(_ name: String) -> Bool { values[name] == 1 }
    return LeafFacts(
      end: number("end"), slot: number("slot"), lastSlot: number("last-slot"), beginsAtSlot: truth("begins"),
      endsAtSlot: truth("ends"), coversAll: truth("covers-all"), storesNull: truth("null"), isRoot: truth("root"),
      usesReadCopyUpdate: truth("rcu"), isBulk: truth("bulk"))
  }

  private func kind(_ facts: LeafFacts<Int>) -> StoreKind {
    var domain = ConcreteDomain()
    return facts.kind(leaf: leaf, rule: .toTheRoot, in: &domain)
  }

  /// Each way to fill the facts that the premises allow, with the kind that comes of it.
  private func kindsByBruteForce() -> [StoreKind: Int] {
    var kinds: [StoreKind: Int] = [:]
    let names = ["begins", "ends", "covers-all", "null", "root", "rcu", "bulk"]
    for end in 0..<leaf.slots {
      for slot in 0...end {
        for lastSlot in slot...end {
          for bits in 0..<(1 << names.count) {
            var values = ["end": end, "slot": slot, "last-slot": lastSlot]
            for (bit, name) in names.enumerated() { values[name] = bits >> bit & 1 }
            let facts = facts(values)
            let reachesEdges = facts.beginsAtSlot && facts.endsAtSlot && slot == 0 && lastSlot == end
            if facts.coversAll && !(facts.isRoot && reachesEdges) { continue }
            kinds[kind(facts), default: 0] += 1
          }
        }
      }
    }
    return kinds
  }

  private func plan(in domain: inout SymbolicDomain) -> StoreKind {
    let facts = facts(in: &domain)
    return facts.kind(leaf: leaf, rule: .toTheRoot, in: &domain)
  }

  @Test("the paths come to the kinds that all small leaves come to, and each path's values replay to its kind")
  func kinds() throws {
    var kinds: Set<StoreKind> = []
    let coverage = PathCoverage()
    let summary = try PathExplorer(coverage: coverage).explore(plan) { path in
      kinds.insert(path.result)
      let values = Dictionary(uniqueKeysWithValues: try path.values().map { ($0.name, $0.value) })
      #expect(kind(facts(values)) == path.result, "\(values)")
    }
    let expected = kindsByBruteForce()
    #expect(kinds == Set(expected.keys))
    #expect(expected.values.reduce(0, +) > 1000)
    #expect(summary.paths >= kinds.count)
    #expect(Set(summary.premises).isSubset(of: [.leafCapacity, .slotsInOrder, .pathsPart]))
    #expect(try coverage.isExhaustive())
  }

  @Test("a plan without one of its paths is not covered, whichever path it is")
  func everyPathCounts() throws {
    let whole = PathCoverage()
    let paths = try PathExplorer(coverage: whole).explore(plan) { _ in }.paths
    for position in 0..<paths {
      let coverage = PathCoverage()
      try PathExplorer(coverage: coverage).explore(plan) { _ in }
      coverage.forgetPath(position)
      #expect(try !coverage.isExhaustive(), "path \(position) of \(paths)")
    }
  }

  @Test("a premise that is weakened changes the kinds: without the slots' order, more sides are possible")
  func weakenedPremise() throws {
    func weakened(in domain: inout SymbolicDomain) -> Bool {
      let (slot, lastSlot) = (domain.number("slot"), domain.number("last-slot"))
      return domain.decide(lastSlot .< slot)
    }
    func whole(in domain: inout SymbolicDomain) -> Bool {
      let (slot, lastSlot) = (domain.number("slot"), domain.number("last-slot"))
      domain.assume(.slotsInOrder, slot .<= lastSlot)
      return domain.decide(lastSlot .< slot)
    }
    let proved = try PathExplorer().explore(whole) { #expect(!$0.result) }
    #expect(proved.premises == [.slotsInOrder])
    #expect(try PathExplorer().explore(weakened) { _ in }.paths == 2)
  }
}
