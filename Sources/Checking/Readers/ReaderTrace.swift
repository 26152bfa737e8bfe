import Harness
import Operations
import RangeMapCore
import Readers
import Subjects
import Support

/// What a reader's call and the writer did, side by side, as text.
struct ReaderTrace {
  let log: AccessLog
  private let lines: CodeLines
  /// The writer's steps that were told so far.
  private var told = 0
  private var nodes: [UInt] = []
  private static let width = 44

  init(_ log: AccessLog, _ loads: some Sequence<ReaderView.Load>) {
    self.log = log
    lines = CodeLines(log.shownSteps.map(\.code) + loads.map(\.code))
  }

  /// A call's loads, each after the steps that the reader sees by then.
  mutating func text(of loads: [ReaderView.Load]) -> String {
    var text = "\n" + row("writer", "reader")
    for (place, load) in loads.enumerated() {
      for step in log.shownSteps.dropFirst(told).prefix(while: { $0.number <= load.step }) {
        let what = step.value.map { "\(name(of: step.place)) = \(name(of: $0))" } ?? "\(name(of: step.place)) goes back"
        text += row("\(step.number)  \(what)  \(lines.name(of: step.code))", "")
        told = step.number
      }
      let seen = load.isStored ? load.step == 0 ? ", as before all steps" : ", of step \(load.step)" : ""
      let what = "\(name(of: load.place)) = \(name(of: load.value))\(seen)"
      text += row("", "\(place + 1)  \(what)  \(lines.name(of: load.code))")
    }
    return text
  }

  /// A place: the node, by the order in which the trace comes to nodes, and the word in it.
  private mutating func name(of place: UInt) -> String {
    let node = place >> 8
    if !nodes.contains(node) { nodes.append(node) }
    return "node \(number(of: node)), word \(place >> 3 & 31)"
  }

  /// A value: a small one as it is, an address as the node that it is in.
  private func name(of value: UInt64) -> String {
    if value < 1 << 32 { return "0x\(String(value, radix: 16))" }
    return nodes.contains(UInt(value) >> 8) ? "-> node \(number(of: UInt(value) >> 8))" : "an address"
  }

  private func number(of node: UInt) -> Int { (nodes.firstIndex(of: node) ?? nodes.count) + 1 }

  private func row(_ writer: String, _ reader: String) -> String {
    let left =
      writer.count < Self.width ? writer + String(repeating: " ", count: Self.width - writer.count) : writer + " "
    let line = "      " + left + reader
    return line.reversed().drop { $0 == " " }.reversed().map(String.init).joined() + "\n"
  }
}
