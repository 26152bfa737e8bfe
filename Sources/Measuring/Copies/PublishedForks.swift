/// The tables of forks in 10 seconds that were published with the series "Introduce __mt_dup() to improve the
/// performance of fork()", and what can be computed from them.
public struct PublishedForks: Sendable {
  public var name: String
  /// Mappings of the process that forks.
  public var vmas: [Int]
  /// Forks in 10 seconds with the entries stored one by one.
  public var before: [Double]
  /// Forks in 10 seconds with the tree duplicated.
  public var after: [Double]

  /// The cover letter of the fifth version, of October 2023.
  public static let fifthVersion = PublishedForks(
    name: "v5", vmas: CopyLayout.sizes,
    before: [112_100, 76_261, 54_227, 34_035, 20_195, 11_112, 6_017, 3_161, 1_606, 802, 393],
    after: [114_558, 83_067, 65_008, 45_824, 28_751, 16_072, 8_922, 4_747, 2_436, 1_233, 599])

  /// Patch 9 of the third version, of September 2023.
  public static let thirdVersion = PublishedForks(
    name: "v3", vmas: Array(CopyLayout.sizes.prefix(8)),
    before: [112_326, 75_469, 54_529, 34_619, 20_750, 11_355, 6_115, 3_183],
    after: [116_505, 85_971, 67_121, 46_080, 29_722, 16_665, 9_050, 4_805])

  /// How many more forks, in percent.
  public var gains: [Double] { zip(before, after).map { ($1 / $0 - 1) * 100 } }

  /// The gain at a number of mappings, where it was published.
  public func gain(at vmas: Int) -> Double? { self.vmas.firstIndex(of: vmas).map { gains[$0] } }

  /// The time of a fork in nanoseconds, by the number of mappings.
  public static func times(_ vmas: [Int], _ forks: [Double]) -> [StraightLine.Point] {
    zip(vmas, forks).map { StraightLine.Point(x: Double($0), y: 1e10 / $1) }
  }

  /// The time of a fork is a constant and so much for each mapping, before and after.
  public var lines: (before: StraightLine?, after: StraightLine?) {
    (
      StraightLine(Self.times(vmas, before), weight: .relative),
      StraightLine(Self.times(vmas, after), weight: .relative)
    )
  }
}

/// The rate of mappings copied a second that a reviewer of the third version computed, as it was printed, with the dip
/// at 3221 mappings that both sides looked for a cause of.
public struct PublishedRate: Hashable, Sendable, Encodable {
  public let vmas: Int
  /// Forks in 10 seconds.
  public let forks: Double
  /// Mappings a second as printed.
  public let printed: Double
  /// What the forks were multiplied by.
  public let factor: Double
  /// Mappings a second.
  public let correct: Double
  /// Whether the forks were multiplied by another number than all others were: the number of mappings and 2.
  public let isSlip: Bool

  init(vmas: Int, forks: Double, printed: Double) {
    (self.vmas, self.forks, self.printed) = (vmas, forks, printed)
    factor = (printed * 10 / forks).rounded()
    correct = forks / 10 * Double(vmas)
    isSlip = factor != Double(vmas + 2)
  }

  /// The column before the change. All factors are the number of mappings and 2, but one: 2323 in the place of 3223.
  public static let before: [PublishedRate] = zip(
    zip(PublishedForks.thirdVersion.vmas, PublishedForks.thirdVersion.before),
    [258_349.8, 928_268.7, 1_215_996.7, 1_464_383.7, 1_707_725.0, 1_842_916.5, 1_420_514.5, 2_044_440.9]
  ).map { PublishedRate(vmas: $0.0, forks: $0.1, printed: $1) }

  /// The column after it.
  public static let after: [PublishedRate] = zip(
    zip(PublishedForks.thirdVersion.vmas, PublishedForks.thirdVersion.after),
    [267_961.5, 1_057_443.3, 1_496_798.3, 1_949_184.0, 2_446_120.6, 2_704_729.5, 2_102_315.0, 3_086_251.5]
  ).map { PublishedRate(vmas: $0.0, forks: $0.1, printed: $1) }
}
