import Foundation
import Harness
import MapleTreeModule
import Operations
import Proofs

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
struct ProveWork {
  var families: [ObligationKind]
  var files: [FormulaFile]
  var height: Int
  var limits: ProofLimits
  var log: QueryLog?
  /// The kinds of stores whose formulas are proved.
  var kinds = Set(StoreKind.allCases)
  /// Whether the obligations of the families are proved too.
  var hasObligations = true

  /// Ends the work between two proofs.
  private struct Stopped: Error {}

  /// - Parameter tell: told a line for each proof as it is done.
  func run(tell: (String) -> Void) -> ProveReport {
    var report = ProveReport()
    let start = ContinuousClock.now
    func seconds() -> Double { (ContinuousClock.now - start).seconds }
    func stopIfAsked() throws { if Interruption.isRequested { throw Stopped() } }
    do {
      if families.contains(.bounds) {
        var prover = ExploringProver(limits: limits, log: log)
        _ = try BoundTable(files: files, kinds: kinds, heights: 0...height, prover: &prover, clock: seconds) { row in
          report.rows.append(row)
          tell(
            "\(row.kind) of \(row.file): \(row.verdict.rawValue), \(ProveReport.text(seconds: row.seconds))"
          )
          try stopIfAsked()
        }
      }
      for family in hasObligations ? families : [] {
        for source in ProofSource.all where source.kind == family {
          try source.run(limits, log, seconds) { obligation in
            report.obligations.append(obligation)
            let time = ProveReport.text(seconds: obligation.seconds)
            tell("\(obligation.name): \(obligation.verdict.rawValue), \(time)")
          }
          try stopIfAsked()
        }
      }
    } catch is Stopped {
      report.wasInterrupted = true
    } catch {
      report.failure = "\(error)"
    }
    report.seconds = seconds()
    report.families = families
    return report
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
