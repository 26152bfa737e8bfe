import Operations
import RangeMapCore

extension Comparison where First: ~Copyable, Second: ~Copyable {
  /// The smallest script found that leads to a difference of the same group, and that difference.
  ///
  /// It is shrunk on the schedule of runs, on which long scripts run fast, and the little that is left once more with
  /// every comparison after every call, if that changes what is found.
  /// - Returns: `nil` if the script leads to none: then it needs what was before it.
  public static func shrink(
    _ script: Script, to group: DifferenceGroup, options: ComparisonOptions, limits: ShrinkLimits,
    makeFirst: @escaping (MapConfiguration) -> First, makeSecond: @escaping (MapConfiguration) -> Second
  ) -> ShrunkDifference? {
    var options = options
    let needsShapes = group.aspect.needsShapes
    options.comparesShapes = options.comparesShapes && needsShapes
    options.comparesCounts = options.comparesCounts && needsShapes
    options.walksOften = needsShapes

    func shrinkOnce(_ script: Script, _ options: ComparisonOptions, _ limits: ShrinkLimits) -> ShrunkDifference? {
      var latest: MapDifference?
      let result = Shrinker.shrink(script, limits: limits, hint: Finding.content) { candidate in
        let found = run(candidate, options: options, makeFirst: makeFirst, makeSecond: makeSecond).differences
          .first { $0.group == group }
        guard let found else { return nil }
        latest = found
        return found.operationIndex
      }
      return latest.map { ShrunkDifference(script: result.script, difference: $0, stop: result.stop) }
    }

    let first = shrinkOnce(script, options, limits)
    if needsShapes || first?.stop == .asked { return first }
    var thorough = options
    thorough.isThorough = true
    var less = limits
    // A call of the dear schedule costs as much as the map is large.
    less.calls = limits.calls / 4
    return shrinkOnce(first?.script ?? script, thorough, less) ?? first
  }
}

/// A difference with the smallest script that was found for it.
public struct ShrunkDifference: Codable, Sendable {
  public var script: Script
  public var difference: MapDifference
  /// Why shrinking ended early; `nil` where it did not.
  public var stop: ShrinkStop?
}
