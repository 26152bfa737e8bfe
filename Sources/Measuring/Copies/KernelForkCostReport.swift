import KernelFork

/// The cost of forks by two kernels' own code against their size, beside what was published.
package struct KernelForkCostReport: Sendable, Encodable {
  /// What one size takes.
  package struct Counts: Sendable, Encodable {
    package var vmas: Int
    /// Nodes of the tree that is copied.
    package var nodesInParent: UInt64
    package var oneByOne, duplicate: Value

    package struct Value: Sendable, Encodable {
      package var nodesTaken, nodesInCopy: UInt64
      /// Objects of all kinds that were taken, by the kernel's names.
      package var objects: [String: Int]
    }
  }

  /// The kernel that stores the copies one by one, and the one that duplicates the tree.
  package var before, after: String
  package var rounds: Int
  package var times: [CopyComparison] = []
  package var counts: [Counts] = []
  /// The gain of the published table at each size, where it has one.
  package var publishedGains: [Double?] = []
  package var lines: [NamedLine] = []

  /// Measures two machines, which are as before afterwards.
  /// - Throws: `CopyFault`; `nothingMeasured` where it was not to go on.
  package init(
    before: KernelMachine, after: KernelMachine, sizes: [Int], rounds: Int,
    mappings: Int = CopyMeasurement.mappingsOfRound, goesOn: () -> Bool = { true }
  ) throws(CopyFault) {
    (self.before, self.after, self.rounds) = (before.name, after.name, rounds)
    let startBefore = before.save()
    let startAfter = after.save()
    defer {
      before.restore(startBefore)
      after.restore(startAfter)
    }
    func make(_ size: Int) throws(CopyFault) -> KernelCopyTrial {
      before.restore(startBefore)
      after.restore(startAfter)
      return try KernelCopyTrial(size: size, before: before, after: after)
    }
    times = try CopyMeasurement.times(sizes: sizes, rounds: rounds, mappings: mappings, goesOn: goesOn, make: make)
    for size in sizes {
      var trial = try make(size)
      let costs = (try trial.run(.oneByOne, checks: true), try trial.run(.duplicate, checks: true))
      let objects = try trial.objects()
      func value(_ cost: CopyCost, _ objects: [KernelResource: Int]) -> Counts.Value {
        Counts.Value(
          nodesTaken: cost.nodesAllocated, nodesInCopy: cost.nodesInCopy,
          objects: Dictionary(uniqueKeysWithValues: objects.map { ($0.key.name, $0.value) }))
      }
      counts.append(
        Counts(
          vmas: size, nodesInParent: trial.nodesInParent, oneByOne: value(costs.0, objects.oneByOne),
          duplicate: value(costs.1, objects.duplicate)))
    }
    publishedGains = sizes.map { PublishedForks.fifthVersion.gain(at: $0) }
    fit()
  }

  private mutating func fit() {
    func add(_ name: String, _ points: [StraightLine.Point], _ weight: StraightLine.Weight) {
      if let line = StraightLine(points, weight: weight) { lines.append(NamedLine(name: name, line: line)) }
    }
    let published = PublishedForks.fifthVersion
    add("\(before), ns", times.map { .init(x: Double($0.vmas), y: $0.oneByOne.nanoseconds) }, .relative)
    add("\(after), ns", times.map { .init(x: Double($0.vmas), y: $0.duplicate.nanoseconds) }, .relative)
    add("published v5, one by one, ns", PublishedForks.times(published.vmas, published.before), .relative)
    add("published v5, by duplicating, ns", PublishedForks.times(published.vmas, published.after), .relative)
    add("\(before), nodes taken", counts.map { .init(x: Double($0.vmas), y: Double($0.oneByOne.nodesTaken)) }, .equal)
    add("\(after), nodes taken", counts.map { .init(x: Double($0.vmas), y: Double($0.duplicate.nodesTaken)) }, .equal)
  }
}
