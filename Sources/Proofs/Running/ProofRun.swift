import Workers

/// Proves obligations. Pieces of them are shared out to processes, and what came of them is put together in their
/// order. So the result does not depend on the number of processes, but for its seconds.
package struct ProofRun {
  let obligations: [Obligation]
  let limits: ProofLimits
  let pool: WorkerPool
  /// Where the questions go. They stay in this process, so that a pool that keeps them must not use others.
  let log: QueryLog

  package init(
    _ obligations: [Obligation], limits: ProofLimits = ProofLimits(), pool: WorkerPool,
    log: QueryLog = QueryLog(keepsTexts: false)
  ) {
    self.obligations = obligations
    self.limits = limits
    self.pool = pool
    self.log = log
  }

  /// What a process says of an obligation.
  private struct Message: Codable {
    var number: Int
    var report: ProofReport?
    var failure: String?
  }

  /// - Parameters:
  ///   - shouldStop: asked some times a second.
  ///   - progress: told as often how many were proved.
  ///   - tell: told each as it is done.
  package func run(
    shouldStop: () -> Bool = { false }, progress: (Int) -> Void = { _ in }, tell: (ProofReport) -> Void = { _ in }
  ) -> ProofResult {
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    let pieces = pieces
    var found: [ProofReport?] = Array(repeating: nil, count: obligations.count)
    var result = ProofResult()
    pool.run(
      count: pieces.count, shouldStop: shouldStop, isGivenUp: shouldStop,
      progress: { progress(found.count { $0 != nil } + Int($0)) },
      body: { prove(pieces[$0.number], clock: seconds, $1) },
      take: { piece in
        var reader = MessageReader(piece.bytes)
        while let message: Message = reader.value() {
          found[message.number] = message.report
          message.report.map(tell)
          message.failure.map { result.failure = "\(obligations[message.number].name): \($0)" }
        }
        if let reason = piece.ending.reason {
          let number = pieces[piece.piece.number][Int(piece.page[.part])]
          result.failure = "\(obligations[number].name): the process that proved it \(reason)"
        }
        return result.failure == nil ? .goOn : .stop
      })
    result.proofs = found.compactMap(\.self)
    result.wasInterrupted = shouldStop() && result.failure == nil && result.proofs.count < found.count
    for (obligation, report) in zip(obligations, found) {
      guard let report, let expected = obligation.expected, report.verdict != expected else { continue }
      result.differences.append(
        "\(obligation.name): the manifest expects \(expected.rawValue), found \(report.verdict.rawValue)")
    }
    result.seconds = seconds()
    return result
  }

  /// Proves the obligations of a piece, and says what came of each.
  private func prove(_ piece: [Int], clock: @escaping () -> Double, _ output: WorkerOutput) {
    var shared = SharedExplorations(
      of: piece.map { obligations[$0] }, explorer: PathExplorer(limits: limits, log: log), clock: clock)
    for (place, number) in piece.enumerated() where !output.shouldStop() {
      output.page[.part] = UInt64(place)
      var message = Message(number: number)
      do {
        message.report = try obligations[number].prove(&shared)
      } catch {
        message.failure = "\(error)"
      }
      output.send(message)
      if message.failure != nil { return }
      output.page[.amount] += 1
    }
  }

  /// The numbers of the obligations that one process proves one after the other, for they share what they explore: the
  /// dearest first, so that all processes end at about the same time.
  private var pieces: [[Int]] {
    var groups: [ProofGroup: [Int]] = [:]
    for (number, obligation) in obligations.enumerated() { groups[obligation.group, default: []].append(number) }
    // Of two that cost the same, the one that came first: the order is the same everywhere.
    return groups.values.sorted { (cost(of: $1), $0[0]) < (cost(of: $0), $1[0]) }
  }

  /// About how long a piece takes, beside others. A question about page tables takes about as long as 40 others.
  private func cost(of piece: [Int]) -> Int {
    piece.reduce(0) { $0 + obligations[$1].cost * (obligations[$1].family == .teardown ? 40 : 1) }
  }
}

extension WorkerEnding {
  /// What happened to a process that did not come to its end by itself; `nil` if it did, or was told to end.
  fileprivate var reason: String? {
    switch self {
    case .finished, .stopped: nil
    case .killed(let signal, let stackIsUsedUp):
      "was ended by \(Self.name(ofSignal: signal))" + (stackIsUsedUp ? ": its stack is used up" : "")
    case .exited(let status): "ended with status \(status)"
    case .stuck(let seconds): "went on for \(seconds) s without an answer"
    case .tookMemory(let bytes): "took more than \(bytes >> 20) MiB of memory, which --memory sets"
    }
  }
}
