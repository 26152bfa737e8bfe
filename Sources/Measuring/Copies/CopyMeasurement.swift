import Support

/// What copies of one size cost, in both ways.
public struct CopyComparison: Hashable, Sendable, Encodable {
  public var vmas: Int
  public var oneByOne: Value
  public var duplicate: Value

  public struct Value: Hashable, Sendable, Encodable {
    /// Nanoseconds for a copy: the median of the rounds.
    public var nanoseconds: Double
    /// Nanoseconds for each vma.
    public var nanosecondsPerVma: Double
  }

  /// How many more copies a second duplicating makes, in percent: the median of the rounds' own, in which both ways
  /// follow one another.
  public var gain: Double

  /// - Parameter rounds: Nanoseconds for a copy in each way, one pair for each round.
  init(vmas: Int, rounds: [(oneByOne: Double, duplicate: Double)]) {
    func value(_ samples: [Double]) -> Value {
      let median = samples.median
      return Value(nanoseconds: median, nanosecondsPerVma: median / Double(vmas))
    }
    self.vmas = vmas
    oneByOne = value(rounds.map(\.oneByOne))
    duplicate = value(rounds.map(\.duplicate))
    gain = (rounds.map { $0.oneByOne / $0.duplicate }.median - 1) * 100
  }
}

/// What copies of one size visit and allocate, in both ways. Exact: the same in every run.
public struct CopyCounts: Hashable, Sendable, Encodable {
  public var vmas: Int
  /// Nodes of the tree that is copied.
  public var nodesInParent: UInt64
  public var oneByOne: Value
  public var duplicate: Value

  public struct Value: Hashable, Sendable, Encodable {
    public var nodeVisits: UInt64
    /// The levels of the copy's tree at each store that walked, summed.
    public var levelsOfStores: UInt64
    public var nodesAllocated: UInt64
    public var nodesInCopy: UInt64

    init(_ cost: CopyCost) {
      nodeVisits = cost.nodeVisits
      levelsOfStores = cost.levelsOfStores
      nodesAllocated = cost.nodesAllocated
      nodesInCopy = cost.nodesInCopy
    }
  }
}

/// Measures copies.
public enum CopyMeasurement {
  /// Mappings that a round copies of a size in each way, so that small ones take long enough to be measured.
  public static let mappingsOfRound = 20_000

  /// A trial with an owner of its own, so that it can be held in an array.
  private final class Holder<Trial: CopyTrial & ~Copyable> {
    var trial: Trial
    init(_ trial: consuming Trial) { self.trial = trial }
  }

  /// Measures trials of all sizes: each round goes over all of them, so that what disturbs the machine for a while is
  /// no size's alone, and makes copies in both ways in turn, the first of them another one each time.
  ///
  /// - Parameters:
  ///   - mappings: How many a round copies of a size at least, in as many copies as that takes.
  ///   - goesOn: Asked before each size of each round.
  /// - Throws: `CopyFault`; `nothingMeasured` where there is nothing to do, or where it was not to go on.
  public static func times<Trial: CopyTrial & ~Copyable>(
    sizes: [Int], rounds: Int, mappings: Int = mappingsOfRound, goesOn: () -> Bool = { true },
    make: (Int) throws(CopyFault) -> Trial
  ) throws(CopyFault) -> [CopyComparison] {
    guard rounds > 0, !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }) else { throw .nothingMeasured }
    var holders: [Holder<Trial>] = []
    for size in sizes {
      let holder = Holder(try make(size))
      for way in CopyWay.allCases { _ = try holder.trial.run(way, checks: true) }
      holders.append(holder)
    }
    var samples = sizes.map { _ in [(oneByOne: Double, duplicate: Double)]() }
    for round in 0..<rounds {
      for (place, holder) in holders.enumerated() {
        guard goesOn() else { throw .nothingMeasured }
        samples[place].append(try roundOf(&holder.trial, mappings, oneByOneFirst: round.isMultiple(of: 2)))
      }
    }
    return zip(sizes, samples).map { CopyComparison(vmas: $0, rounds: $1) }
  }

  private static func roundOf<Trial: CopyTrial & ~Copyable>(
    _ trial: inout Trial, _ mappings: Int, oneByOneFirst: Bool
  ) throws(CopyFault) -> (oneByOne: Double, duplicate: Double) {
    let repetitions = max(1, mappings / trial.size)
    var (oneByOne, duplicate) = (0.0, 0.0)
    for repetition in 0..<repetitions {
      // Both ways take turns within a round too.
      let isSwapped = repetition.isMultiple(of: 2) != oneByOneFirst
      if !isSwapped { oneByOne += try trial.run(.oneByOne, checks: false).nanoseconds }
      duplicate += try trial.run(.duplicate, checks: false).nanoseconds
      if isSwapped { oneByOne += try trial.run(.oneByOne, checks: false).nanoseconds }
    }
    return (oneByOne / Double(repetitions), duplicate / Double(repetitions))
  }

  /// Counts what one copy in each way visits and allocates, and checks the copies.
  /// - Throws: `CopyFault`; `nothingMeasured` where the subject does not count.
  public static func counts<Trial: CopyTrial & ~Copyable>(_ trial: inout Trial) throws(CopyFault) -> CopyCounts {
    let oneByOne = try trial.run(.oneByOne, checks: true)
    let duplicate = try trial.run(.duplicate, checks: true)
    guard duplicate.nodesAllocated > 0, duplicate.nodeVisits > 0 else { throw .nothingMeasured }
    return CopyCounts(
      vmas: trial.size, nodesInParent: trial.nodesInParent, oneByOne: CopyCounts.Value(oneByOne),
      duplicate: CopyCounts.Value(duplicate))
  }
}
