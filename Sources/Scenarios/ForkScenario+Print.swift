import AddressSpaceModel
import RangeMapCore

extension ForkScenario {
  /// The scenario as text; reading it gives the same scenario.
  public var text: String {
    var lines = ["fork 1"]
    if geometry == .tiny { lines.append("tree tiny") }
    lines += operations.map(\.text)
    switch expectation {
    case nil: break
    case .clean: lines.append("expect clean")
    case .violation(let law): lines.append("expect violation \(law.rawValue)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ForkOperation {
  /// The line that says it.
  public var text: String {
    switch self {
    case .map(let request, let hasPolicy):
      var words = ["vma", "\(request.range)"]
      if !request.flags.isEmpty { words.append("\(request.flags)") }
      if let file = request.file {
        words.append("file \(file)")
        if request.filePage != 0 { words.append("at \(request.filePage)") }
      }
      if hasPolicy { words.append("policy") }
      return words.joined(separator: " ")
    case .touch(let range, let order): return order == 0 ? "touch \(range)" : "touch \(range) order \(order)"
    case .pin(let address): return "pin 0x\(String(address, radix: 16))"
    case .unmap(let range): return "unmap \(range)"
    case .protect(let range, let flags): return flags.isEmpty ? "protect \(range)" : "protect \(range) \(flags)"
    case .fork(let trial): return trial.text
    }
  }
}

extension ForkTrial {
  var text: String {
    var words = ["fork", design.rawValue]
    if batch != 1 { words.append("batch \(batch)") }
    words += failure.words
    if let observation {
      words.append("observe \(observation.observer.rawValue)")
      if let step = observation.step { words.append("at \(step)") }
    }
    return words.joined(separator: " ")
  }
}

extension ForkFailure {
  /// What a `fork` line says of it.
  var words: [String] {
    switch self {
    case .none: return []
    case .step(let index, let kind, let forever):
      return ["fail \(index)"] + (kind.map { ["of \($0.word)"] } ?? []) + (forever ? ["forever"] : [])
    case .nodeRequest(let index, let forever):
      return ["fail \(index) of node-request"] + (forever ? ["forever"] : [])
    }
  }
}
