import Measuring
import Support

/// The tables of `maplecheck bench fork --subject linux-fork` for people.
extension KernelForkCostReport {
  package var text: String {
    """
    Forks by size, by kernels' own dup_mmap() in user space: medians of \(rounds) rounds.
    before: \(before), which stores the copies one by one. after: \(after), which duplicates the tree.
    gain: more forks a second, in %. published: the same of the series, on a machine.

    \(timeTable)
    What a fork takes. nodes: of the parent's tree; those that memory was taken for; those of the copy.
    objects: of all kinds.

    \(countTable)
    Straight lines, size for x; by least squares, for times of the relative distance.

    \(lineTable)
    """
  }

  private var timeTable: String {
    var rows = [["mappings", "before, us", "ns a mapping", "after, us", "ns a mapping", "gain", "published"]]
    for (row, published) in zip(times, publishedGains) {
      rows.append([
        "\(row.vmas)", Text.decimal(row.oneByOne.nanoseconds / 1000, 1),
        Text.decimal(row.oneByOne.nanosecondsPerVma, 1), Text.decimal(row.duplicate.nanoseconds / 1000, 1),
        Text.decimal(row.duplicate.nanosecondsPerVma, 1), Text.decimal(row.gain, 2),
        published.map { Text.decimal($0, 2) } ?? "-",
      ])
    }
    return Text.table(rows)
  }

  private var countTable: String {
    var rows = [["mappings", "parent", "before: taken", "copy", "objects", "after: taken", "copy", "objects"]]
    for row in counts {
      let values = [row.oneByOne, row.duplicate].flatMap {
        ["\($0.nodesTaken)", "\($0.nodesInCopy)", "\($0.objects.values.reduce(0, +))"]
      }
      rows.append(["\(row.vmas)", "\(row.nodesInParent)"] + values)
    }
    return Text.table(rows)
  }

  private var lineTable: String {
    var rows = [["", "constant", "a mapping", "greatest residual", "in %"]]
    for named in lines {
      rows.append([
        named.name, Text.decimal(named.line.intercept, 1), Text.decimal(named.line.slope, 4),
        Text.decimal(named.line.greatestResidual, 1), Text.decimal(named.line.greatestRelativeResidual * 100, 1),
      ])
    }
    return Text.table(rows, leftColumns: 1)
  }
}
