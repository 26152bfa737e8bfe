import Harness
import Operations
import Workers

/// What came of one run, as a worker says it: names of cells once, and then by number.
struct SummaryWriter {
  private var numbers: [String: Int] = [:]

  mutating func bytes(of summary: CampaignSummary) -> [UInt8] {
    var writer = MessageWriter()
    for count in [summary.operations, summary.runs, summary.sweeps, summary.refusals] { writer.write(count) }
    write(summary.table.cells, to: &writer)
    write(summary.skipped, to: &writer)
    writer.write(summary.finding == nil ? 0 : 1)
    if let finding = summary.finding { writer.write(finding) }
    // The length comes first, so that half a message is none.
    var message = MessageWriter()
    message.write(writer.bytes)
    return message.bytes
  }

  private mutating func write(_ cells: [String: UInt64], to writer: inout MessageWriter) {
    writer.write(cells.count)
    for (name, count) in cells {
      let number = numbers[name]
      writer.write(number.map { $0 + 1 } ?? 0)
      if number == nil {
        numbers[name] = numbers.count
        writer.write(name)
      }
      writer.write(count)
    }
  }
}

/// Reads what `SummaryWriter` wrote.
struct SummaryReader {
  private var reader: MessageReader
  private var names: [String] = []
  private let firstSeed: UInt64

  init(_ bytes: [UInt8], firstSeed: UInt64) {
    reader = MessageReader(bytes)
    self.firstSeed = firstSeed
  }

  /// What came of the next run; `nil` where no more was said.
  mutating func next() -> CampaignSummary? {
    guard !reader.isAtEnd, let message = reader.data() else { return nil }
    var body = MessageReader(message)
    var summary = CampaignSummary(firstSeed: firstSeed)
    guard let operations = body.number(), let runs = body.number(), let sweeps = body.number(),
      let refusals = body.number()
    else { return nil }
    summary.operations = operations
    summary.runs = runs
    summary.sweeps = sweeps
    summary.refusals = refusals
    readCells(&body) { summary.table.add($1, to: $0) }
    readCells(&body) { summary.skipped[$0] = $1 }
    if body.number() == 1 { summary.finding = body.finding() }
    return summary
  }

  private mutating func readCells(_ body: inout MessageReader, _ add: (String, UInt64) -> Void) {
    for _ in 0..<(body.count() ?? 0) {
      guard let number = body.count() else { return }
      if number == 0 {
        guard let name = body.text() else { return }
        names.append(name)
      }
      let place = number == 0 ? names.count - 1 : number - 1
      guard names.indices.contains(place), let count = body.number() else { return }
      add(names[place], count)
    }
  }
}

extension MessageWriter {
  mutating func write(_ violation: Violation) {
    write(violation.kind.rawValue)
    write(violation.operationIndex)
    for text in [violation.operation, violation.expected, violation.found] { write(text) }
  }

  mutating func write(_ finding: Finding) {
    write(finding.violation)
    write(finding.seed == nil ? 0 : 1)
    write(finding.seed ?? 0)
    write(finding.stop?.rawValue ?? "")
    write(OperationCoding.encode(finding.script))
  }
}

extension MessageReader {
  mutating func violation() -> Violation? {
    guard let kind = text().flatMap(ViolationKind.init(rawValue:)), let index = count(), let operation = text(),
      let expected = text(), let found = text()
    else { return nil }
    return Violation(kind: kind, operationIndex: index, operation: operation, expected: expected, found: found)
  }

  mutating func finding() -> Finding? {
    guard let violation = violation(), let hasSeed = number(), let seed = number(), let stop = text(),
      let script = data()
    else { return nil }
    return Finding(
      script: OperationCoding.decode(script, limit: .max), violation: violation, seed: hasSeed == 1 ? seed : nil,
      stop: ShrinkStop(rawValue: stop))
  }
}
