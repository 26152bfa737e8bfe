/// Tells on a terminal, about once a second, how far long work has come.
package struct ProgressMeter {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var lastLine: ContinuousClock.Instant

  package init(isShown: Bool = StandardStream.error.isTerminal) {
    self.isShown = isShown
    lastLine = start
  }

  /// Seconds since the beginning.
  package var seconds: Double { (ContinuousClock.now - start).seconds }

  /// Writes a line over the last one if a second has passed.
  /// - Parameters:
  ///   - count: operations so far.
  ///   - noun: what they are called.
  ///   - timeLimit: how long the work may take.
  ///   - operationLimit: how many operations the work has.
  package mutating func show(
    _ count: UInt64, of noun: String = "operations", timeLimit: Double?, operationLimit: UInt64?
  ) {
    guard isShown, (ContinuousClock.now - lastLine).seconds >= 1 else { return }
    lastLine = .now
    let line = Self.line(count, of: noun, seconds: seconds, timeLimit: timeLimit, operationLimit: operationLimit)
    StandardStream.error.write("\r\u{1b}[K\(line)")
  }

  /// The same of shrinking: how many scripts were tried, and how long the shortest is that still leads there.
  package mutating func showShrinking(trials: UInt64, operations: Int) {
    guard isShown, (ContinuousClock.now - lastLine).seconds >= 0.25 else { return }
    lastLine = .now
    StandardStream.error.write("\r\u{1b}[Kshrinking: \(trials) trials, \(operations) operations left")
  }

  /// The same of proofs.
  package mutating func showProofs(_ count: Int, of total: Int) {
    guard isShown, (ContinuousClock.now - lastLine).seconds >= 1 else { return }
    lastLine = .now
    StandardStream.error.write("\r\u{1b}[K\(count) of \(total) proofs, \(UInt64(seconds)) s")
  }

  /// Takes the line away.
  package func clear() {
    if isShown { StandardStream.error.write("\r\u{1b}[K") }
  }

  /// What is told: operations, rate, and the time that is left by the limit that comes first.
  package static func line(
    _ count: UInt64, of noun: String = "operations", seconds: Double, timeLimit: Double?, operationLimit: UInt64?
  ) -> String {
    let rate = seconds > 0 ? Double(count) / seconds : 0
    var left = timeLimit.map { max(0, $0 - seconds) }
    if let operationLimit, rate > 0 {
      let ofOperations = Double(operationLimit - min(count, operationLimit)) / rate
      left = min(left ?? .infinity, ofOperations)
    }
    let end = left.map { $0 < 1e9 ? ", \(UInt64($0.rounded(.up))) s left" : "" } ?? ""
    return "\(count) \(noun), \(UInt64(rate)) a second\(end)"
  }
}

extension Duration {
  /// The duration in seconds.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
