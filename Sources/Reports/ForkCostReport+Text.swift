import Measuring
import Support

/// The tables of `maplecheck bench fork` for people, and its drawing.
extension ForkCostReport {
  package var text: String {
    var text = """
      Forks by size: nanoseconds a mapping on \(subject), medians of \(rounds) rounds.
      1x1: entries stored one by one in bulk mode. dup: nodes duplicated, entries replaced. gain: more forks a second, in %.

      \(timeTable)
      Exact counts of our tree, the parent's and the child's: visits: how often another node is gone to than before.
      alloc: nodes taken from memory, those given back unused among them. nodes: those of the copy.

      \(countTable)
      Straight lines, size for x; by least squares, for times of the relative distance.

      \(lineTable)
      """
    text += "\nPublished for forks, and why there is no dip at 3221 mappings:\n\n"
    for slip in slips {
      let factors = "all other rows are multiplied by the mappings + 2, this one by \(Int(slip.factor))"
      text +=
        "  \(Text.decimal(slip.printed, 1)) mappings/s as printed = \(Int(slip.forks)) / 10 s x \(Int(slip.factor)): "
      text += "\(factors) in place of \(slip.vmas + 2); \(Text.decimal(slip.correct, 1)) is right\n"
    }
    return text
  }

  private var timeTable: String {
    var rows = [
      ["mappings", "trees 1x1", "dup", "gain", "vmas 1x1", "dup", "gain", "published", "real fork", "+ exit"]
    ]
    for (place, tree) in trees.enumerated() {
      let space = spaces[place]
      let row = real.first { $0.vmas == tree.vmas }
      rows.append([
        "\(tree.vmas)", Text.decimal(tree.oneByOne.nanosecondsPerVma, 1),
        Text.decimal(tree.duplicate.nanosecondsPerVma, 1), Text.decimal(tree.gain, 2),
        Text.decimal(space.oneByOne.nanosecondsPerVma, 1), Text.decimal(space.duplicate.nanosecondsPerVma, 1),
        Text.decimal(space.gain, 2), publishedGains[place].map { Text.decimal($0, 2) } ?? "-",
        row.map { Text.decimal($0.callNanoseconds / Double($0.vmas), 1) } ?? "-",
        row.map { Text.decimal($0.cycleNanoseconds / Double($0.vmas), 1) } ?? "-",
      ])
    }
    return Text.table(rows)
  }

  private var countTable: String {
    var rows = [
      [
        "mappings", "tree nodes", "1x1 visits", "alloc", "nodes", "dup visits", "alloc", "nodes", "vmas 1x1",
        "vmas dup",
      ]
    ]
    for (tree, space) in zip(treeCounts, spaceCounts) {
      let numbers =
        [tree.nodesInParent]
        + [tree.oneByOne, tree.duplicate].flatMap { [$0.nodeVisits, $0.nodesAllocated, $0.nodesInCopy] }
        + [space.oneByOne.nodeVisits, space.duplicate.nodeVisits]
      rows.append(["\(tree.vmas)"] + numbers.map { "\($0)" })
    }
    return Text.table(rows)
  }

  private var lineTable: String {
    var rows = [["", "constant", "a mapping", "a level", "greatest residual", "in %", ""]]
    for named in lines {
      rows.append([
        named.name, Text.decimal(named.line.intercept, 1), Text.decimal(named.line.slope, 4),
        named.aLevel.map { Text.decimal($0, 4) } ?? "",
        Text.decimal(named.line.greatestResidual, 1), Text.decimal(named.line.greatestRelativeResidual * 100, 1),
        named.isStraight.map { $0 ? "straight" : "NOT STRAIGHT" } ?? "",
      ])
    }
    return Text.table(rows, leftColumns: 1)
  }

  /// Times and gains, side by side.
  package var drawing: String {
    func curve(_ name: String, _ rows: [CopyComparison], _ colour: String, _ value: (CopyComparison) -> Double)
      -> Chart.Curve
    {
      Chart.Curve(name, rows.map { .init(x: Double($0.vmas), y: value($0)) }, colour: colour)
    }
    let published = PublishedForks.fifthVersion
    func publishedCurve(_ name: String, _ forks: [Double], _ colour: String) -> Chart.Curve {
      let points = PublishedForks.times(published.vmas, forks).map { StraightLine.Point(x: $0.x, y: $0.y / $0.x) }
      return Chart.Curve(name, points, colour: colour, isDashed: true)
    }
    let times = Chart(
      title: "Time of a fork for each mapping (\(subject))", xTitle: "mappings", yTitle: "ns a mapping",
      isLogarithmicInY: true,
      curves: [
        curve("trees, one by one", trees, "#c0392b") { $0.oneByOne.nanosecondsPerVma },
        curve("trees, by duplicating", trees, "#2471a3") { $0.duplicate.nanosecondsPerVma },
        curve("with vma work, one by one", spaces, "#e59866") { $0.oneByOne.nanosecondsPerVma },
        curve("with vma work, by duplicating", spaces, "#7fb3d5") { $0.duplicate.nanosecondsPerVma },
        publishedCurve("published, one by one", published.before, "#555555"),
        publishedCurve("published, by duplicating", published.after, "#999999"),
        Chart.Curve(
          "real fork, exit and wait", real.map { .init(x: Double($0.vmas), y: $0.cycleNanoseconds / Double($0.vmas)) },
          colour: "#1e8449"),
      ])
    let gains = Chart(
      title: "Gain by duplicating", xTitle: "mappings", yTitle: "% more forks a second", isLogarithmicInY: false,
      curves: [
        curve("trees alone", trees, "#2471a3", \.gain), curve("with vma work", spaces, "#7fb3d5", \.gain),
        Chart.Curve(
          "published", zip(published.vmas, published.gains).map { .init(x: Double($0), y: $1) }, colour: "#555555",
          isDashed: true),
      ])
    return Chart.svg([times, gains])
  }
}
