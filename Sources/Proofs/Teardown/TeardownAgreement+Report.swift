import AddressSpaceModel

extension TeardownAgreement {
  static let obligationName = "model-and-code-agree"

  /// How much of the cases is compared: every one of the lists, or every nth of the long ones.
  enum Extent {
    case complete
    case sample

    var kindsOfThree: Int { self == .complete ? 1 : 101 }
    var places: Int { self == .complete ? 1 : 997 }
  }

  /// Compares one, two and three vmas of all kinds, and two and three at all places of a small address space.
  mutating func compareAll(_ extent: Extent) throws(AddressSpaceError) {
    try compareSingles()
    try compareKinds(vmas: 2)
    try compareKinds(vmas: 3, stride: extent.kindsOfThree)
    try comparePlaces(vmas: 2, pages: 16, stride: extent.places)
    try comparePlaces(vmas: 3, pages: 8, stride: extent.places)
  }

  /// Compares code with a seeded defect and the model, which knows of it or not. The designs are those that have no
  /// fault of their own beside it: what two faults do together is not modelled.
  static func compareDefect(
    _ rule: TeardownRule, modelKnows: Bool
  ) throws(AddressSpaceError) -> TeardownAgreement {
    var agreement = TeardownAgreement()
    for combination in stride(from: 0, to: kinds.count * kinds.count, by: 11) {
      let vmas = [combination % kinds.count, combination / kinds.count].enumerated().map { place, kind in
        let start = 1 + 3 * place
        return TeardownVma<Int>(
          start, start + 2, flags: kinds[kind].flags, touched: kinds[kind].isTouched ? start + 1 : nil)
      }
      try agreement.compare(
        TeardownScenario(vmas), .smallest, designs: ForkDesignName.principal, observations: allObservations,
        without: rule, modelKnows: modelKnows)
    }
    return agreement
  }

  /// The comparison as an obligation: that the two agree, and that each seeded defect that the model does not know of
  /// makes them differ.
  static func report(_ extent: Extent) throws(AddressSpaceError) -> ObligationReport {
    let start = ContinuousClock.now
    var agreement = TeardownAgreement()
    try agreement.compareAll(extent)
    var report = ObligationReport(
      name: obligationName, kind: .teardown, verdict: .proved, paths: agreement.forks, isExhaustive: true)
    for rule in TeardownRule.allCases where rule.defect != nil {
      let known = try compareDefect(rule, modelKnows: true)
      agreement.differences += known.differences
      let unknown = try compareDefect(rule, modelKnows: false)
      report.weakened.append(
        WeakenedPremise(
          name: rule.rawValue, verdict: unknown.differences.isEmpty ? .proved : .violated,
          witness: unknown.differences.first.map { ProofWitness($0) }))
    }
    if let difference = agreement.differences.first {
      report.verdict = .violated
      report.counterexample = ProofWitness(difference)
    }
    report.details = [
      ObligationDetail("address spaces", "\(agreement.scenarios)"),
      ObligationDetail("forks compared", "\(agreement.forks)"),
      ObligationDetail("forks that failed", "\(agreement.failedForks)"),
    ]
    for law in ForkLaw.ofTeardown {
      report.details.append(ObligationDetail("broken \(law.rawValue)", "\(agreement.broken[law] ?? 0)"))
    }
    report.seconds = start.duration(to: .now).seconds
    return report
  }
}
