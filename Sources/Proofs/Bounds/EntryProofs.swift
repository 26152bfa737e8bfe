import MapleTreeModule
import RangeMapCore

/// What fork asks of the tree: which of its stores take nodes, and how many.
struct EntryProofs {
  let explorer: PathExplorer
  /// The tree that fork runs on.
  var rule = RebuildRule.newest

  /// A store of an entry over just the range of another one, as when the entries of a duplicate are replaced: it never
  /// takes a node.
  func replacement(height: Int) throws -> ObligationReport {
    let world = StoreWorld(tracksGaps: true, usesReadCopyUpdate: false, rebuildRule: rule, height: height)
    return try report(
      "entry/replace-after-duplicate/height-\(height)", world, weakening: "the store ends where the slot ends"
    ) { domain, isWeakened in
      var store = LeafStore(world, in: &domain)
      domain.assume("begins-where-the-slot-begins", store.begins)
      if !isWeakened { domain.assume("ends-where-the-slot-ends", store.ends) }
      domain.assume("stays-in-one-slot", store.slot .== store.lastSlot)
      domain.assume("stores-an-entry", .!store.storesNull)
      return store.outcome(in: &domain)
    } holds: {
      $0.kind == .exactFit && $0.asked == 0
    }
  }

  /// What erasing one entry, such as a vma that is not to be copied, takes at most in a tree without readers: three
  /// nodes a level, and never more than the tree asks for.
  func erasure(height: Int) throws -> ObligationReport {
    let world = StoreWorld(tracksGaps: true, usesReadCopyUpdate: false, rebuildRule: rule, height: height)
    let claimed = 3 * height
    let most = try mostOfErasure(world) { _ in false }
    var report = ObligationReport(name: "entry/erase-one/height-\(height)", kind: .bounds, verdict: .proved)
    report.paths = most.paths
    report.solverCalls = most.solverCalls
    report.premises = most.premises
    report.premiseWitness = ProofWitness(most.witness)
    report.details = [ObligationDetail("greatest number of nodes", "\(most.taken), by a \(most.kind)")]
    if let short = most.short {
      report.verdict = .violated
      report.counterexample = ProofWitness("more than the tree asks for: \(short)")
    } else if most.taken != claimed {
      report.verdict = .violated
      report.counterexample = ProofWitness("\(most.taken) nodes, not \(claimed): \(most.witness)")
    }
    for premise in [BoundPremise.nodeCapacity, .leafCapacity, .sufficientlyFilled] {
      var without = world
      without.without = premise
      let weak = try mostOfErasure(without) { $0.short != nil || $0.taken > claimed }
      guard weak.short != nil || weak.taken > claimed else { continue }
      report.weakened = [
        WeakenedPremise(name: premise.rawValue, verdict: .violated, witness: ProofWitness(weak.short ?? weak.witness))
      ]
      break
    }
    return report
  }

  private struct Most {
    var kind = StoreKind.exactFit
    var taken = -1
    var witness = ""
    /// The first case found that takes more than the tree asks for.
    var short: String?
    var paths = 0
    var solverCalls = 0
    var premises: [String] = []
  }

  /// - Parameter isEnough: asked after each path: whether what was found tells all that is wanted.
  private func mostOfErasure(_ world: StoreWorld, until isEnough: (Most) -> Bool) throws -> Most {
    var most = Most()
    func note(_ path: ExploredPath<StorePath>) throws -> PathExplorer.Answer {
      let isShort = path.result.taken > path.result.asked && most.short == nil
      if isShort { most.short = try path.text() }
      if path.result.taken > most.taken {
        most.kind = path.result.kind
        most.taken = path.result.taken
        most.witness = try path.text()
      }
      return isEnough(most) ? .stop : .goOn
    }
    let exploration = StoreExploration(world: world)
    var summaries = [try explorer.search({ exploration.eraseInLeaf(in: &$0) }, asking: note)]
    for common in 0..<world.leafLevel where !isEnough(most) {
      summaries.append(try explorer.search({ exploration.eraseAtLeafEnd(below: common, in: &$0) }, asking: note))
    }
    most.paths = summaries.reduce(0) { $0 + $1.paths }
    most.solverCalls = summaries.reduce(0) { $0 + $1.solverCalls }
    most.premises = summaries.reduce(into: Set<String>()) { $0.formUnion($1.premises) }.sorted()
    return most
  }

  /// Explores an obligation, and once more without what is weakened.
  private func report(
    _ name: String, _ world: StoreWorld, weakening: String,
    _ body: (inout SymbolicDomain, Bool) -> LeafOutcome, holds: (LeafOutcome) -> Bool
  ) throws -> ObligationReport {
    var report = ObligationReport(name: name, kind: .bounds, verdict: .proved)
    let summary = try explorer.explore({ body(&$0, false) }) { path in
      let text = try path.text()
      if report.premiseWitness == nil { report.premiseWitness = ProofWitness(text) }
      if !holds(path.result), report.counterexample == nil {
        report.verdict = .violated
        report.counterexample = ProofWitness(text)
      }
    }
    report.paths = summary.paths
    report.solverCalls = summary.solverCalls
    report.premises = summary.premises
    var broken: String?
    try explorer.search(
      { body(&$0, true) },
      asking: { path in
        if !holds(path.result) { broken = try path.text() }
        return broken == nil ? .goOn : .stop
      })
    report.weakened = [
      WeakenedPremise(
        name: weakening, verdict: broken == nil ? .proved : .violated, witness: broken.map { ProofWitness($0) })
    ]
    return report
  }
}

/// What a store into a leaf is planned as.
struct LeafOutcome {
  var kind: StoreKind
  var asked: Int
}

/// A store that stays in one leaf, of which nothing is known but the rules of the walk.
struct LeafStore {
  let world: StoreWorld
  let site: SymbolicAscent
  let end: SymbolicNumber
  let slot: SymbolicNumber
  let lastSlot: SymbolicNumber
  let begins: SymbolicTruth
  let ends: SymbolicTruth
  let storesNull: SymbolicTruth

  init(_ world: StoreWorld, in domain: inout SymbolicDomain) {
    self.world = world
    var site = SymbolicAscent(world)
    site.descend(in: &domain)
    end = site.end(.left, world.leafLevel, in: &domain)
    self.site = site
    slot = domain.number("store-slot")
    lastSlot = domain.number("store-last-slot")
    begins = domain.truth("store-begins-at-slot")
    ends = domain.truth("store-ends-at-slot")
    storesNull = domain.truth("store-of-null")
    domain.assume(.slotsInOrder, (slot .>= 0) .& (slot .<= lastSlot) .& (lastSlot .<= end), in: world)
  }

  var facts: LeafFacts<SymbolicNumber> {
    let isRoot = world.height == 1
    let coversAll: SymbolicTruth = isRoot ? (slot .== 0) .& begins .& (lastSlot .== end) .& ends : .constant(false)
    return LeafFacts(
      end: end, slot: slot, lastSlot: lastSlot, beginsAtSlot: begins, endsAtSlot: ends, coversAll: coversAll,
      storesNull: storesNull, isRoot: .constant(isRoot), usesReadCopyUpdate: .constant(world.usesReadCopyUpdate),
      isBulk: .constant(world.isBulk))
  }

  /// The kind, and what the tree asks for it.
  mutating func outcome(in domain: inout SymbolicDomain) -> LeafOutcome {
    let facts = facts
    let kind = StorePlan.kind(
      facts, newEnd: StorePlan.newEnd(facts), leaf: world.shape(world.leafLevel), rule: world.rebuildRule, in: &domain)
    let asked = NodeDemand.nodes(
      for: kind, height: SymbolicNumber(world.height), usesReadCopyUpdate: .constant(world.usesReadCopyUpdate),
      buildsLeaf: .!storesNull, in: &domain)
    return LeafOutcome(kind: kind, asked: asked.constantValue ?? (domain.decide(asked .== 0) ? 0 : 1))
  }
}
