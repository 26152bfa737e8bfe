import Glibc

/// Shares pieces of work out to processes, and takes what they say in the order of the pieces, so that the result does
/// not depend on how many there are.
///
/// The pieces are numbered from 0. Each is done by a process of its own, so that none sees what another one left, and
/// one that dies takes nothing with it. Where this process has other threads, and so cannot be forked, the pieces are
/// done in it, one after the other.
package struct WorkerPool {
  /// A piece of work, or what is left of it.
  package struct Piece: Hashable, Sendable {
    package var number: Int
    /// How many parts of it are done already.
    package var skipped = 0
  }

  /// What came of a piece.
  package struct Result {
    package var piece: Piece
    package var bytes: [UInt8]
    package var ending: WorkerEnding
    /// Where the worker was.
    package var page: WorkerPage
    /// What it wrote to the error stream.
    package var errors: String
    /// Whose page it is.
    let worker: WorkerProcess?
  }

  /// What to do after a piece.
  package enum Answer: Hashable, Sendable {
    case goOn
    case stop
    /// Go on with the same piece, after so many parts of it.
    case again(skipping: Int)
  }

  package var jobs: Int
  package var limits: WorkerLimits
  /// Whether to use processes.
  package var isolates: Bool

  package init(jobs: Int, limits: WorkerLimits = WorkerLimits(), isolates: Bool = true) {
    self.jobs = max(1, jobs)
    self.limits = limits
    self.isolates = isolates
  }

  /// How far the work may run ahead of the piece that is taken next.
  private var greatestLead: Int { 4 * jobs + 16 }
  /// How long a worker that is told to stop may go on, where the work is given up.
  private static let grace = Duration.seconds(2)

  /// Does pieces until there is none, until `take` says to stop, or until `shouldStop` does: then what was done is
  /// taken.
  /// - Parameters:
  ///   - count: how many pieces there are.
  ///   - shouldStop: asked some times a second.
  ///   - isGivenUp: whether a worker that does not stop is ended soon, and not only at its limits.
  ///   - progress: told as often how much the workers did that was not taken yet.
  ///   - body: does a piece, in a process of its own.
  ///   - take: told what came of each piece, in order.
  package func run(
    count: Int = .max, shouldStop: () -> Bool, isGivenUp: () -> Bool = { false }, progress: (UInt64) -> Void,
    body: (Piece, WorkerOutput) -> Void, take: (Result) -> Answer
  ) {
    guard isolates && WorkerProcess.isPossible else {
      return runHere(count: count, shouldStop: shouldStop, body: body, take: take)
    }
    var running: [Int: (piece: Piece, worker: WorkerProcess)] = [:]
    var ended: [Int: Result] = [:]
    var (nextToStart, nextToTake) = (0, 0)
    var stoppedAt: ContinuousClock.Instant?

    func start(_ piece: Piece) {
      guard let worker = WorkerProcess(limits: limits, body: { body(piece, $0) }) else {
        fatalError("the system has no process for a worker")
      }
      running[piece.number] = (piece, worker)
    }
    defer {
      for (_, worker) in running.values {
        worker.end(.stopped)
        _ = worker.wait()
      }
    }
    while true {
      if stoppedAt == nil && shouldStop() { stoppedAt = .now }
      if stoppedAt == nil {
        while running.count < jobs && nextToStart < count && nextToStart < nextToTake + greatestLead {
          start(Piece(number: nextToStart))
          nextToStart += 1
        }
      } else {
        for (_, worker) in running.values { worker.page[.stop] = 1 }
        if isGivenUp(), let stoppedAt, ContinuousClock.now - stoppedAt > Self.grace {
          for (_, worker) in running.values { worker.end(.stopped) }
        }
      }
      if running.isEmpty && ended[nextToTake] == nil { return }
      wait(for: &running, &ended)
      progress(
        running.values.reduce(0) { $0 + $1.worker.page[.amount] }
          + ended.values.reduce(0) { $0 + $1.page[.amount] })
      while let result = ended.removeValue(forKey: nextToTake) {
        switch take(result) {
        case .goOn: nextToTake += 1
        case .stop: return
        case .again(let skipped):
          if stoppedAt != nil {
            nextToTake += 1
          } else {
            start(Piece(number: result.piece.number, skipped: skipped))
          }
        }
      }
    }
  }

  /// Waits a little for some worker to say something, holds all to their limits, and moves the ended ones over.
  private func wait(
    for running: inout [Int: (piece: Piece, worker: WorkerProcess)],
    _ ended: inout [Int: Result]
  ) {
    let numbers = Array(running.keys)
    var events = numbers.map { pollfd(fd: running[$0]!.worker.descriptor, events: Int16(POLLIN), revents: 0) }
    let count = poll(&events, nfds_t(events.count), 20)
    for (number, event) in zip(numbers, events) {
      guard let (piece, worker) = running[number] else { continue }
      if count > 0, event.revents != 0, !worker.read() {
        running[number] = nil
        let ending = worker.wait()
        ended[number] = Result(
          piece: piece, bytes: worker.bytes, ending: ending, page: worker.page, errors: worker.errorText(),
          worker: worker)
      } else {
        worker.enforceLimits()
      }
    }
  }

  /// The same in this process.
  private func runHere(
    count: Int, shouldStop: () -> Bool, body: (Piece, WorkerOutput) -> Void, take: (Result) -> Answer
  ) {
    let page = WorkerPage()
    defer { page.free() }
    var piece = Piece(number: 0)
    while piece.number < count && !shouldStop() {
      page.clear()
      let said = Bytes()
      withoutActuallyEscaping(shouldStop) { shouldStop in
        body(
          piece, WorkerOutput(page: page, descriptor: nil, collect: { said.bytes += $0 }, isAskedToStop: shouldStop))
      }
      switch take(Result(piece: piece, bytes: said.bytes, ending: .finished, page: page, errors: "", worker: nil)) {
      case .goOn: piece = Piece(number: piece.number + 1)
      case .stop: return
      case .again(let skipped): piece.skipped = skipped
      }
    }
  }

  private final class Bytes { var bytes: [UInt8] = [] }
}
