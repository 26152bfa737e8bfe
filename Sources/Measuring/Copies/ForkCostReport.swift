/// The cost of forks against their size: measured, counted, and beside what was published.
public struct ForkCostReport: Sendable, Encodable {
  /// What the times are of.
  public var subject: String
  public var rounds: Int
  /// Copies of trees alone, and forks of address spaces of the model.
  public var trees: [CopyComparison] = []
  public var spaces: [CopyComparison] = []
  /// The counts of our tree, in the same order.
  public var treeCounts: [CopyCounts] = []
  public var spaceCounts: [CopyCounts] = []
  /// Real forks on the running kernel; empty where they were not asked for.
  public var real: [RealForkRow] = []
  /// Why there is no row for a size of the real forks.
  public var realRefusals: [String] = []
  /// The gain of the published table at each size, where it has one.
  public var publishedGains: [Double?] = []
  public var lines: [NamedLine] = []
  /// The rates that were printed with a wrong factor.
  public var slips: [PublishedRate] = (PublishedRate.before + PublishedRate.after).filter(\.isSlip)

  public init(subject: String, rounds: Int) {
    self.subject = subject
    self.rounds = rounds
  }

  /// Whether the counts are straight lines: the nodes that are allocated, in both ways, and the visits of duplicating,
  /// in the number of mappings; the visits of storing one by one in the number of mappings and the levels that their
  /// stores had above them.
  public var countsAreStraight: Bool { lines.allSatisfy { $0.isStraight != false } }

  /// Whether there are sizes enough to say anything of the counts: fewer than three are on a line whatever they are.
  public var decidesStraightness: Bool { lines.contains { $0.isStraight != nil } }

  /// Fits all lines, once all sizes are there.
  public mutating func fit() {
    publishedGains = trees.map { PublishedForks.fifthVersion.gain(at: $0.vmas) }
    lines = []
    addCounts("trees only", treeCounts)
    addCounts("with vma work", spaceCounts)
    addTimes("trees only", trees)
    addTimes("with vma work", spaces)
    let realPoints = real.map { StraightLine.Point(x: Double($0.vmas), y: $0.cycleNanoseconds) }
    add("real: fork, exit and wait, ns", realPoints, .relative)
    for table in [PublishedForks.fifthVersion, .thirdVersion] {
      add("published \(table.name), one by one, ns", PublishedForks.times(table.vmas, table.before), .relative)
      add("published \(table.name), by duplicating, ns", PublishedForks.times(table.vmas, table.after), .relative)
    }
  }

  private mutating func addTimes(_ name: String, _ rows: [CopyComparison]) {
    add("\(name), one by one, ns", rows.map { .init(x: Double($0.vmas), y: $0.oneByOne.nanoseconds) }, .relative)
    add("\(name), by duplicating, ns", rows.map { .init(x: Double($0.vmas), y: $0.duplicate.nanoseconds) }, .relative)
  }

  private mutating func addCounts(_ name: String, _ rows: [CopyCounts]) {
    let ways: [(String, KeyPath<CopyCounts, CopyCounts.Value>)] = [
      ("one by one", \.oneByOne), ("by duplicating", \.duplicate),
    ]
    for (way, value) in ways {
      func points(_ count: (CopyCounts.Value) -> UInt64) -> [StraightLine.Point] {
        rows.map { .init(x: Double($0.vmas), y: Double(count($0[keyPath: value]))) }
      }
      addVisits(
        "\(name), \(way), node visits", points(\.nodeVisits), rows.map { Double($0[keyPath: value].levelsOfStores) })
      add("\(name), \(way), nodes allocated", points(\.nodesAllocated), .equal)
    }
  }

  /// Visits of stores that record a gap on every level are a line in the mappings and the levels, not in the mappings
  /// alone.
  private mutating func addVisits(_ name: String, _ points: [StraightLine.Point], _ levels: [Double]) {
    guard levels.contains(where: { $0 > 0 }) else { return add(name, points, .equal) }
    // Sizes of one height are a line in the mappings.
    let separated = StraightLine.separating(points, from: levels)
    guard let line = separated?.line ?? StraightLine(points) else { return }
    var named = NamedLine(name: name, line: line)
    named.aLevel = separated?.share
    // Few sizes say nothing of a line with two slopes.
    if points.count >= StraightLine.leastToSeparate {
      let greatest = points.map(\.y).max() ?? 0
      named.isStraight =
        line.greatestResidual <= max(NamedLine.allowedVisitsOfSplits, NamedLine.allowedShare * greatest)
    }
    lines.append(named)
  }

  private mutating func add(_ name: String, _ points: [StraightLine.Point], _ weight: StraightLine.Weight) {
    guard let line = StraightLine(points, weight: weight) else { return }
    var named = NamedLine(name: name, line: line)
    if case .equal = weight {
      let greatest = points.map(\.y).max() ?? 0
      named.isStraight = line.greatestResidual <= max(NamedLine.allowedNodes, NamedLine.allowedShare * greatest)
    }
    lines.append(named)
  }
}

/// A fitted line with what it is of.
public struct NamedLine: Sendable, Encodable {
  public var name: String
  public var line: StraightLine
  /// What a count grows by for each level that a store has above it; nil for what is a line in the mappings alone.
  public var aLevel: Double?
  /// For a count: whether no point is farther off than whole nodes and levels make it, or than a thousandth of the
  /// greatest value; a logarithm is a larger share. Nil for times.
  public var isStraight: Bool?

  /// A node for each level of a tree, and a level more or less.
  static let allowedNodes = 8.0
  /// A store that splits a node on each level goes to each child of the nodes that it makes: some 40 visits on each of
  /// 5 levels.
  static let allowedVisitsOfSplits = 200.0
  static let allowedShare = 0.001
}

/// Real forks of a process with a number of mappings.
public struct RealForkRow: Hashable, Sendable, Encodable {
  /// Mappings that the system listed for the process.
  public var vmas: Int
  /// Forks that were measured.
  public var forks: Int
  /// Nanoseconds of the call of `fork()` in the parent, the median.
  public var callNanoseconds: Double
  /// Nanoseconds from the call until the child, which exits at once, was waited for, the median.
  public var cycleNanoseconds: Double

  public init(vmas: Int, forks: Int, callNanoseconds: Double, cycleNanoseconds: Double) {
    self.vmas = vmas
    self.forks = forks
    self.callNanoseconds = callNanoseconds
    self.cycleNanoseconds = cycleNanoseconds
  }
}
