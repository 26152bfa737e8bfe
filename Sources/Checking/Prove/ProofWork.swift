import MapleTreeModule
import Proofs
import Support
import Workers

/// Proofs that a user asks for, shared out to processes and compared with what is pinned.
package struct ProofWork {
  /// What came of the proofs.
  package struct Outcome {
    package var result: ProofResult
    /// The file of each script that was written, by its name.
    package var scriptFiles: [String: String] = [:]
    /// All that is wrong, and what to do if that is meant, a line each.
    package var complaints: [String] = []
  }

  var request: ProofRequest
  var sharing: Sharing
  /// Whether the proofs go to the greatest height: the pins are of these.
  var isWholeHeight: Bool
  /// Seconds that one question to the solver may take.
  package var timeout = 30
  /// Whether what comes out is pinned from now on.
  package var accepts = false
  /// The folder for scripts, and the one for questions to the solver, in this process; `nil` if none is written.
  package var scripts: String?
  package var questions: String?

  /// - Parameter jobs: how many processes; `nil` for as many as there are cores.
  package init(_ request: ProofRequest, greatestHeight: Int, jobs: Int?, bytes: UInt64) {
    self.request = request
    isWholeHeight = greatestHeight == Formula.greatestHeight
    // A question has its own limit of time, which the solver keeps; there is no other.
    sharing = Sharing(
      jobs: jobs ?? Sharing.cores, isolates: true, limits: WorkerLimits(callSeconds: 1e9, bytes: bytes))
  }

  /// Whether all proofs of the families are made, so that none may be missing.
  private var isWhole: Bool { !request.namesProofs && request.isComplete && isWholeHeight }

  /// - Throws: `CommandFailure` for a file that cannot be read or written, or for pins that cannot be taken.
  package func prove() throws -> Outcome {
    if accepts && !isWhole {
      throw CommandFailure(
        "--accept: expected whole families and no files, for the pins are of the package's own proofs")
    }
    let isPinned = isWhole || request.namesProofs && isWholeHeight
    var pins = isPinned ? try FormulaFiles.pins() : ExpectedVerdicts()
    if let scripts, request.isComplete { try Self.writeBoundScripts(to: scripts) }
    var outcome = Outcome(result: try proveAll())
    if let scripts, !request.isComplete { outcome.scriptFiles = try Self.write(outcome.result.scripts, to: scripts) }
    if isPinned {
      if accepts && !outcome.result.wasInterrupted && outcome.result.failure == nil {
        for family in request.families { pins[family] = outcome.result.pins(family) }
        try OutputFile.write(Array(try Support.json(pins).utf8), to: FormulaFiles.pinFile)
      }
      outcome.result.compare(with: pins, request.families, isComplete: isWhole)
    }
    outcome.complaints = outcome.result.complaints
    if isWhole && !outcome.result.differences.isEmpty {
      outcome.complaints.append(
        "if the change is meant, accept it with: maplecheck prove \(request.words.joined(separator: " ")) --accept")
    }
    return outcome
  }

  private func proveAll() throws -> ProofResult {
    let log = QueryLog(keepsTexts: questions != nil)
    var sharing = sharing
    sharing.isolates = questions == nil
    let run = ProofRun(
      request.obligations, limits: ProofLimits(secondsOfQuestion: timeout), pool: sharing.pool, log: log)
    var meter = ProgressMeter()
    let result = run.run(
      shouldStop: { Interruption.isRequested }, progress: { meter.showProofs($0, of: request.obligations.count) },
      tell: { report in
        meter.clear()
        if StandardStream.error.isTerminal {
          StandardStream.error.write("\(report.name): \(report.verdict.rawValue)\n")
        }
      })
    meter.clear()
    if let questions { try Self.write(log.files, to: questions) }
    return result
  }

  /// Writes the scripts of all bounds, into a folder for each version that has a proof.
  private static func writeBoundScripts(to folder: String) throws {
    for algorithm in [RebuildRule.toTheRoot, .newest] {
      let scripts: [(name: String, text: String)]
      do {
        scripts = try WitnessBuilder.boundScripts(of: algorithm)
      } catch {
        throw CommandFailure("\(error)")
      }
      try write(scripts, to: "\(folder)/\(algorithm.rawValue)")
    }
  }

  /// Writes files into a folder.
  /// - Returns: their paths, by the names.
  @discardableResult
  private static func write(_ files: [(name: String, text: String)], to folder: String) throws -> [String: String] {
    try OutputFile.makeDirectory(folder)
    for file in files { try OutputFile.write(Array(file.text.utf8), to: "\(folder)/\(file.name)") }
    return Dictionary(uniqueKeysWithValues: files.map { ($0.name, "\(folder)/\($0.name)") })
  }
}
