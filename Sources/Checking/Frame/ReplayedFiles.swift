import Harness
import MapleTreeModule
import Reports
import Subjects
import Support

/// Files whose scripts are replayed, each on the subject that it means.
package struct ReplayedFiles {
  private var files: [(name: String, input: InputFile.AnyScript, subject: SubjectName)] = []
  package var withFailures = false
  package var isLockstep = false
  /// Whether each operation is told: in the report, or on the output as it is made.
  package var traces = false
  package var streams = false
  /// Whether stores are explained, and all nodes at the end with them.
  package var explains = false
  package var showsAllNodes = false
  package var sharing = Sharing.none
  /// The faults that the subjects know of themselves, and around which they step.
  package var steppedAround: [String] = []

  /// Reads all files before any is run, so that a broken one is told at once.
  package init(_ names: [String], isBytes: Bool, on subject: SubjectName) throws {
    for name in names {
      let input = try InputFile.anyScript(name, isBytes: isBytes)
      files.append((name, input, input.kind == .fork ? subject.ofForks : subject))
    }
  }

  package var subjects: Set<SubjectName> { Set(files.map(\.subject)) }

  /// Refuses scripts for which something that is asked for means nothing.
  package func demandKinds() throws(CommandFailure) {
    for file in files where explains { try file.input.demand(.tree, of: file.name, for: "--explain") }
    for file in files where isLockstep { try file.input.demand(.fork, of: file.name, for: "--lockstep") }
    // Nothing fails beside a reader.
    for file in files where withFailures && file.input.kind == .readers {
      throw CommandFailure(
        file: file.name, expected: "a script of a tree or of forks, for --failures", found: "a script of readers")
    }
  }

  /// Replays the files until the user wants no more.
  /// - Parameters:
  ///   - begin: told the name of each file, and what its stores are.
  ///   - end: told what came of it.
  /// - Returns: how the whole ends: as the first that was not clean, but a violation counts more.
  package func replay(
    begin: (_ file: String, StoreExplanation.Result?) -> Void, end: (ReplayReport) -> Void
  ) throws -> ExitStatus {
    var status = ExitStatus.clean
    for (place, file) in files.enumerated() {
      let explanation = explanation(of: file.input, on: file.subject)
      begin(file.name, explanation)
      var work = ReplayWork(
        input: file.input, withFailures: withFailures, traces: traces, stream: streams ? .output : nil,
        sharing: sharing)
      work.isLockstep = isLockstep
      var report = try work.replay(on: file.subject)
      (report.file, report.explanation, report.knownFaultsSteppedAround) = (file.name, explanation, steppedAround)
      if report.status == .violation || status == .clean { status = report.status }
      end(report)
      if Interruption.isRequested {
        StandardStream.error.write("maplecheck: interrupted after \(place + 1) of \(files.count) files\n")
        return status == .clean ? .undecided : status
      }
    }
    return status
  }

  private func explanation(of input: InputFile.AnyScript, on subject: SubjectName) -> StoreExplanation.Result? {
    guard explains, let rule = subject.rebuildRule, case .tree(let source) = input else { return nil }
    return StoreExplanation.result(of: source, rule: rule.rawValue, withNodes: showsAllNodes)
  }
}
