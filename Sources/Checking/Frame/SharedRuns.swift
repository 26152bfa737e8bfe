import Harness
import Support
import Workers

/// Numbered runs that are shared out to processes, and what came of each.
///
/// The results are taken in the order of their numbers: with any number of processes the same runs count. Only a limit
/// of time ends where it happens to.
struct SharedRuns {
  var sharing: Sharing
  /// How many runs there are.
  var count = Int.max
  /// Runs of one process: enough of them to make a process cost little.
  var runsPerPiece = 1
  /// Seconds.
  var timeLimit: Double?
  /// No run begins after so much was done.
  var limit = UInt64.max
  /// How much there is to do, for the progress that is shown; `nil` if that is the limit, or nobody knows.
  var expected: UInt64?
  /// What is counted, for the same.
  var noun = "operations"
  var progress = ProgressMeter()
  /// Whether to give up, asked some times a second.
  var shouldStop: () -> Bool = { Interruption.isRequested }

  /// What came of a run.
  enum Outcome<Summary> {
    case done(Summary)
    /// The run ended its process.
    case ended(RunEnd)
  }

  /// How long the work took, and whether it was given up.
  struct Report {
    var seconds: Double
    var wasInterrupted: Bool
  }

  /// Makes runs until there is none, or until a limit.
  /// - Parameters:
  ///   - make: makes a run, in a process that has made others of it before.
  ///   - amount: how much of the limit a run was.
  ///   - endsPiece: whether the next run has another process.
  ///   - take: told what came of each run, in order; returns whether the work goes on.
  func run<Summary: Codable>(
    make: (UInt64, RunContext) -> Summary, amount: (Summary) -> UInt64, endsPiece: (Summary) -> Bool = { _ in false },
    take: (UInt64, Outcome<Summary>) -> Bool
  ) -> Report {
    var meter = progress
    var done: UInt64 = 0
    var isGivenUp = false
    func first(of piece: WorkerPool.Piece) -> Int { piece.number * runsPerPiece + piece.skipped }
    sharing.pool.run(
      count: limit == 0 ? 0 : count == .max ? .max : (count + runsPerPiece - 1) / runsPerPiece,
      shouldStop: {
        isGivenUp = isGivenUp || shouldStop()
        return isGivenUp || timeLimit.map { meter.seconds >= $0 } ?? false
      },
      isGivenUp: { isGivenUp },
      progress: {
        meter.show(
          done + $0, of: noun, timeLimit: timeLimit, operationLimit: expected ?? (limit == .max ? nil : limit))
      },
      body: { piece, output in
        var before: UInt64 = 0
        for number in first(of: piece)..<min(count, (piece.number + 1) * runsPerPiece) {
          if before >= limit || output.shouldStop() { return }
          output.page[.pass] = 0
          output.page[.part] = UInt64(number)
          let summary = make(UInt64(number), RunContext(output: output, before: before))
          output.send(summary)
          before += amount(summary)
          output.page[.amount] = before
          if endsPiece(summary) { return }
        }
      },
      take: { result in
        var reader = MessageReader(result.bytes)
        var number = first(of: result.piece)
        while done < limit, let summary: Summary = reader.value() {
          done += amount(summary)
          if !take(UInt64(number), .done(summary)) { return .stop }
          number += 1
        }
        if done < limit, let end = RunEnd(result) {
          done += end.place.calls
          if !take(end.number, .ended(end)) { return .stop }
          number = Int(end.number) + 1
        }
        if done >= limit { return .stop }
        let skipped = number - result.piece.number * runsPerPiece
        return isGivenUp || skipped >= runsPerPiece || number == first(of: result.piece)
          ? .goOn : .again(skipping: skipped)
      })
    meter.clear()
    return Report(seconds: meter.seconds, wasInterrupted: isGivenUp)
  }
}

/// What a run is told of the process that it is made in.
struct RunContext {
  var output: WorkerOutput
  /// What the process did before the run.
  var before: UInt64 = 0

  /// Where the run notes how far it is.
  var watch: RunWatch { RunWatch(words: output.page.position) }

  func shouldStop() -> Bool { output.shouldStop() }

  /// Tells how much was done, for the progress that is shown.
  func progress(_ amount: UInt64) { output.page[.amount] = before + amount }
}

/// A run that ended its process.
struct RunEnd {
  var number: UInt64
  var ending: WorkerEnding
  /// Where the run was.
  var place: WorkerPlace
  /// What it wrote to the error stream.
  var errors: String

  /// `nil` if the process came to its own end, or was told to.
  init?(_ result: WorkerPool.Result) {
    if result.ending == .finished || result.ending == .stopped { return nil }
    number = result.page[.part]
    (ending, place, errors) = (result.ending, result.page.place, result.errors)
  }
}
