import Foundation
import Harness
import MapleTreeModule
import Operations
import Proofs
import Support
import Workers

/// The files that a proof begins with.
enum FormulaFiles {
  /// Reads formula files; without names all of the package's.
  static func read(_ names: [String]) throws(CommandFailure) -> [FormulaFile] {
    var files: [FormulaFile] = []
    for name in names.isEmpty ? try packaged() : names {
      let bytes = try InputFile.read(name, limit: FormulaFile.greatestFileSize, content: "a formula file")
      do throws(ScriptError) {
        files.append(try FormulaFile.parse(String(decoding: bytes, as: UTF8.self), file: name))
      } catch {
        throw CommandFailure(error)
      }
    }
    var seen: [String: String] = [:]
    for file in files {
      if let other = seen.updateValue(file.file, forKey: file.name) {
        throw CommandFailure(file: file.file, expected: "a name of its own", found: "'\(file.name)', as in \(other)")
      }
    }
    return files
  }

  private static func packaged() throws(CommandFailure) -> [String] {
    let folder = ProveCommand.formulaFolder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { $0.hasSuffix(".toml") }.sorted().map { "\(folder)/\($0)" }
    guard !files.isEmpty else {
      throw CommandFailure(
        "\(folder): expected formula files, found none; run the command in the package's folder, or name files")
    }
    return files
  }

  /// What is expected of the package's own proofs.
  static func pins() throws(CommandFailure) -> ExpectedVerdicts {
    let name = ProveCommand.pinFile
    // With none there everything differs, which says how to write it.
    guard FileManager.default.fileExists(atPath: name) else { return ExpectedVerdicts() }
    let bytes = try InputFile.read(name, limit: 1 << 24, content: "pinned verdicts")
    do throws(ScriptError) {
      return try ExpectedVerdicts.parse(bytes, file: name)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// Makes the proofs of some families.
///
/// Pieces of them are shared out to processes. What came of them is put together in the order of the proofs. So the
/// report does not depend on the number of processes, but for its seconds.
struct ProveWork {
  var families: [ObligationKind]
  var files: [FormulaFile]
  var height: Int
  var limits: ProofLimits
  /// Where the questions go. They stay in this process, so that it must make the proofs itself.
  var log: QueryLog?
  /// The kinds of stores whose formulas are proved.
  var kinds = Set(StoreKind.allCases)
  /// Whether the obligations of the families are proved too.
  var hasObligations = true
  var sharing = Sharing.none

  /// What is proved, in the order in which it is told.
  private var units: [ProofUnit] {
    let rows = families.contains(.bounds) ? BoundTable.units(files: files, kinds: kinds, heights: 0...height) : []
    guard hasObligations else { return rows }
    let obligations = BoundProofs.units + TeardownProofs.units
    return rows + families.flatMap { family in obligations.filter { $0.family == family } }
  }

  /// - Parameter tell: told a line for each proof as it is done.
  func run(tell: (String) -> Void) -> ProveReport {
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    let units = units
    let pieces = ProofPiece.all(of: units)
    var report = ProveReport(families: families)
    var found: [[ProofOutcome]?] = Array(repeating: nil, count: units.count)
    var meter = ProgressMeter()
    sharing.pool.run(
      count: pieces.count,
      shouldStop: { Interruption.isRequested }, isGivenUp: { Interruption.isRequested },
      progress: { meter.showProofs(found.count { $0 != nil } + Int($0), of: units.count) },
      body: { prove(pieces[$0.number], of: units, clock: seconds, $1) },
      take: { result in
        meter.clear()
        var reader = MessageReader(result.bytes)
        while let (number, message) = reader.proofMessage() {
          switch message {
          case .proved(let outcomes):
            found[number] = outcomes
            for outcome in outcomes { tell(outcome.line) }
          case .failed(let reason): report.failure = "\(units[number].name): \(reason)"
          }
        }
        if let reason = result.ending.reason {
          let number = pieces[result.piece.number].units[Int(result.page[.part])]
          report.failure = "\(units[number].name): the process that proved it \(reason)"
        }
        return report.failure == nil ? .goOn : .stop
      })
    meter.clear()
    for outcome in found.compactMap(\.self).joined() {
      switch outcome {
      case .row(let row): report.rows.append(row)
      case .obligation(let obligation): report.obligations.append(obligation)
      }
    }
    report.wasInterrupted = Interruption.isRequested && report.failure == nil && found.contains { $0 == nil }
    report.seconds = seconds()
    return report
  }

  /// Makes the proofs of a piece, and says what came of each.
  private func prove(
    _ piece: ProofPiece, of units: [ProofUnit], clock: @escaping () -> Double, _ output: WorkerOutput
  ) {
    var shared = SharedExplorations(limits: limits, log: log, clock: clock)
    for (place, number) in piece.units.enumerated() where !output.shouldStop() {
      output.page[.part] = UInt64(place)
      do {
        output.send(ProofMessage.proved(try units[number].run(&shared)).bytes(ofUnit: number))
      } catch {
        return output.send(ProofMessage.failed("\(error)").bytes(ofUnit: number))
      }
      output.page[.amount] += 1
    }
  }

  /// Writes every question with its answer, for other solvers to decide.
  static func write(_ log: QueryLog, to folder: String) throws(CommandFailure) {
    try OutputFile.makeDirectory(folder)
    for (number, query) in log.queries.enumerated() {
      let digits = String(number + 1)
      let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      let answer = query.isSatisfiable ? "sat" : "unsat"
      try OutputFile.write(Array("; \(answer)\n\(query.text)".utf8), to: "\(folder)/\(name)-\(answer).smt2")
    }
  }

  /// Writes the scripts of all bounds, into a folder for each version that has a proof: of all cells of which one in
  /// reader mode would be no different.
  static func writeScripts(to folder: String) throws(CommandFailure) {
    for algorithm in [RebuildRule.toTheRoot, .newest] {
      try writeScripts(of: algorithm, to: "\(folder)/\(algorithm.rawValue)")
    }
  }

  private static func writeScripts(of algorithm: RebuildRule, to folder: String) throws(CommandFailure) {
    try OutputFile.makeDirectory(folder)
    for kind in StoreKind.allCases {
      for cell in WitnessCase.all(kind, algorithm: algorithm) where cell.usesReadCopyUpdate == (kind == .nodeStore) {
        do {
          let witness = try WitnessBuilder.witness(for: cell)
          try WitnessReplay.check(witness, allowing: witness.nodes)
          let text = witness.text(allowing: witness.nodes)
          try OutputFile.write(Array(text.utf8), to: "\(folder)/\(cell.name).maple")
        } catch let failure as CommandFailure {
          throw failure
        } catch {
          throw CommandFailure("\(error)")
        }
      }
    }
  }
}

extension ProveReport {
  /// Writes the script of each formula: one that breaks it if it is too low, else one that takes as much as a store
  /// can.
  mutating func writeScripts(to folder: String) throws(CommandFailure) {
    try OutputFile.makeDirectory(folder)
    for row in rows {
      guard let script = row.witnessScript else { continue }
      // A file may call itself anything.
      let name = String(
        row.file.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "-" })
      let path = "\(folder)/\(name)-\(row.kind).maple"
      try OutputFile.write(Array(script.utf8), to: path)
      scriptFiles[row.name] = path
    }
  }
}

extension ProofOutcome {
  /// What is told of a proof as it is done.
  fileprivate var line: String {
    switch self {
    case .row(let row):
      "\(row.kind) of \(row.file): \(row.verdict.rawValue), \(Text.seconds(row.seconds))"
    case .obligation(let obligation):
      "\(obligation.name): \(obligation.verdict.rawValue), \(Text.seconds(obligation.seconds))"
    }
  }
}

extension WorkerEnding {
  /// What happened to a process that did not come to its end by itself; `nil` where it did, or was told to end.
  fileprivate var reason: String? {
    switch self {
    case .finished, .stopped: nil
    case .killed(let signal, let stackIsUsedUp):
      "was ended by \(Self.name(ofSignal: signal))" + (stackIsUsedUp ? ": its stack is used up" : "")
    case .exited(let status): "ended with status \(status)"
    case .stuck(let seconds): "went on for \(Text.seconds(seconds)) without an answer"
    case .tookMemory(let bytes): "took more than \(bytes >> 20) MiB of memory, which --memory sets"
    }
  }
}
