import Harness
import Operations
import Workers

extension MessageWriter {
  /// What came of one run of a comparison, after its length, so that half a message is none.
  mutating func write(_ summary: ComparisonSummary) {
    var body = MessageWriter()
    body.write(summary.operations)
    body.write(summary.walks)
    body.write(summary.isSweep ? 1 : 0)
    body.write(summary.skipped.count)
    for kind in OperationKind.allCases {
      guard let count = summary.skipped[kind] else { continue }
      body.write(UInt64(kind.rawValue))
      body.write(count)
    }
    body.write(summary.differences.count)
    for difference in summary.differences { body.write(difference) }
    write(body.bytes)
  }

  mutating func write(_ difference: MapDifference) {
    let group = difference.group
    for text in [group.aspect.rawValue, group.family.rawValue, group.detail] { write(text) }
    write(difference.operationIndex)
    for text in [difference.operation, difference.first, difference.second] { write(text) }
  }
}

extension MessageReader {
  /// What came of the next run; `nil` where no more was said.
  mutating func comparisonSummary() -> ComparisonSummary? {
    guard !isAtEnd, let message = data() else { return nil }
    var body = MessageReader(message)
    var summary = ComparisonSummary()
    guard let operations = body.number(), let walks = body.number(), let isSweep = body.number(),
      let skipped = body.count()
    else { return nil }
    (summary.operations, summary.walks, summary.isSweep) = (operations, walks, isSweep == 1)
    for _ in 0..<skipped {
      guard let number = body.number(), let kind = OperationKind(rawValue: UInt8(truncatingIfNeeded: number)),
        let count = body.number()
      else { return nil }
      summary.skipped[kind] = count
    }
    for _ in 0..<(body.count() ?? 0) {
      guard let difference = body.mapDifference() else { return nil }
      summary.differences.append(difference)
    }
    return summary
  }

  mutating func mapDifference() -> MapDifference? {
    guard let aspect = text().flatMap(ComparedAspect.init(rawValue:)),
      let family = text().flatMap(OperationFamily.init(rawValue:)), let detail = text(), let index = count(),
      let operation = text(), let first = text(), let second = text()
    else { return nil }
    return MapDifference(
      group: DifferenceGroup(aspect, family, detail: detail), operationIndex: index, operation: operation,
      first: first, second: second)
  }
}
