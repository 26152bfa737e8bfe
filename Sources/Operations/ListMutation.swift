import RangeMapCore

/// Changes to the lines of a script that need not know what a line is.
public enum ListMutation {
  /// Some run of places: mostly short, now and then up to all.
  public static func run(of count: Int, using generator: inout SeededGenerator) -> Range<Int> {
    if count == 0 { return 0..<0 }
    let start = Int(generator.below(UInt64(count)))
    let greatest = generator.oneIn(8) ? count - start : min(8, count - start)
    return start..<start + 1 + Int(generator.below(UInt64(greatest)))
  }

  /// Puts a run of other lines somewhere between the lines, now and then in the place of as many.
  public static func crossOver<Line>(_ lines: inout [Line], _ others: [Line], using generator: inout SeededGenerator) {
    let run = run(of: others.count, using: &generator)
    let place = Int(generator.below(UInt64(lines.count) + 1))
    let isReplaced = generator.oneIn(2)
    let end = isReplaced ? min(place + run.count, lines.count) : place
    lines.replaceSubrange(place..<end, with: others[run])
  }

  /// Takes a run of lines out, doubles it, or lets two lines trade places. There is a line at least.
  public static func change<Line>(_ lines: inout [Line], using generator: inout SeededGenerator) {
    let place = Int(generator.below(UInt64(lines.count)))
    switch generator.below(4) {
    case 0, 1: lines.removeSubrange(run(of: lines.count, using: &generator))
    case 2: lines.insert(contentsOf: lines[run(of: lines.count, using: &generator)], at: place)
    default: lines.swapAt(place, Int(generator.below(UInt64(lines.count))))
    }
  }
}
