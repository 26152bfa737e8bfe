import AddressSpaceModel
import Operations
import RangeMapCore

extension ForkScenario {
  private static let version = 1

  /// Reads a script. Never traps, whatever the bytes are.
  /// - Throws: `ScriptError` for the first fault.
  public static func parse(_ bytes: [UInt8], file: String) throws(ScriptError) -> ForkScenario {
    var reader = try ScriptReader(bytes, file: file)
    try reader.takeFormat("fork", version: version)
    var scenario = ForkScenario()
    var isFirst = true
    while try reader.skipEmptyLines() {
      if scenario.expectation != nil { throw try reader.failure(expecting: ["nothing after the 'expect' line"]) }
      if scenario.operations.count == ForkLimits.operations {
        throw try reader.failure(expecting: ["at most \(ForkLimits.operations) lines"])
      }
      var before = reader
      var line = ForkLine()
      let place = try reader.take(&line, as: ForkLine.table)
      if place == ForkLine.treePlace && !isFirst {
        throw try before.failure(expecting: ["'tree' once, as the first line"])
      }
      scenario.add(line, place)
      isFirst = false
      try reader.endLine()
    }
    return scenario
  }

  /// The scenario as text; reading it gives the same scenario.
  public var text: String {
    let tree = geometry == .tiny ? [ForkLine.table.forms[ForkLine.treePlace].text(ForkLine())] : []
    let lines = lines.map { ForkLine.table.forms[$0.place].text($0.line) }
    return (["fork \(Self.version)"] + tree + lines).joined(separator: "\n") + "\n"
  }

  /// Adds what a line says.
  mutating func add(_ line: ForkLine, _ place: Int) {
    switch place {
    case ForkLine.cleanPlace: expectation = .clean
    case ForkLine.violationPlace: expectation = .violation(line.expectedLaw)
    case ForkLine.treePlace: geometry = .tiny
    default:
      var operation = line.operation
      operation.kind = ForkOperation.Kind.allCases[place]
      operations.append(operation)
    }
  }

  /// The lines but for that of the tree, each with the place of its row.
  var lines: [(line: ForkLine, place: Int)] {
    var lines = operations.map { (line: ForkLine($0), place: $0.kind.rawValue) }
    var expected = ForkLine()
    switch expectation {
    case nil: break
    case .clean: lines.append((expected, ForkLine.cleanPlace))
    case .violation(let law):
      expected.expectedLaw = law
      lines.append((expected, ForkLine.violationPlace))
    }
    return lines
  }

  /// The table of `docs/FORK-SCRIPTS.md`.
  public static var documentation: String { ForkLine.table.documentation() }
}

extension ForkOperation {
  /// The line that says it.
  public var text: String { ForkLine.table.forms[kind.rawValue].text(ForkLine(self)) }
}
