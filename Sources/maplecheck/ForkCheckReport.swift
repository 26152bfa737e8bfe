import AddressSpaceModel
import Scenarios
import Support

/// What came of `maplecheck check fork`.
struct ForkCheckReport: Encodable {
  /// A law that a fork of a design broke, or how it ended the process, with the shrunk script.
  struct Found: Encodable {
    var design: String?
    /// The law's name, or the kind of end.
    var kind: String
    /// What was found, in words.
    var violations: [String]
    var script: String
    var seed: UInt64
    /// How often it was found.
    var times = 1
    /// Where it was saved.
    var file: String?
  }

  var subject: String
  var subjectArgument: String?
  var designs: [String]
  var seed: UInt64
  var scenarios: UInt64 = 0
  var forks: UInt64 = 0
  var failedForks: UInt64 = 0
  var forksByDesign: [String: UInt64] = [:]
  var seconds = 0.0
  var wasInterrupted = false
  /// Whether the work went on after what it found.
  var keptGoing = false
  var findings: [Found] = []

  init(subject: String, argument: String?, designs: [ForkDesignName], seed: UInt64) {
    self.subject = subject
    subjectArgument = argument
    self.designs = designs.map(\.rawValue)
    self.seed = seed
  }

  /// The script of the first finding.
  var script: String? { findings.first?.script }

  var status: ExitStatus {
    if !findings.isEmpty { return .violation }
    return complaint == nil ? .clean : .undecided
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
    if !findings.isEmpty { return nil }
    if forks == 0 { return "maplecheck: nothing was forked, so nothing was checked" }
    return wasInterrupted ? "maplecheck: interrupted after \(forks) forks" : nil
  }

  mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    for place in findings.indices {
      let found = findings[place]
      let comments = found.violations.map { "# \($0)\n" }.joined()
      findings[place].file = try folder.save(
        found.script + comments, as: SaveFolder.name(found.kind, script: found.script, ending: "fork"))
    }
  }

  /// The result for people.
  func text(command: String) -> String {
    var text = """
      fork        designs \(designs.joined(separator: ", ")) on \(subject), seeds from \(seed)
      scenarios   \(scenarios) in \(Text.seconds(seconds))
      forks       \(forks), of them \(failedForks) that failed

      """
    if designs.count > 1 {
      let counts = designs.map { "\($0) \(forksByDesign[$0] ?? 0)" }.joined(separator: ", ")
      text += "tried       forks of each design: \(counts)\n"
      if !findings.isEmpty && !keptGoing {
        text += "            the first finding ended it; --keep-going goes on with all designs\n"
      }
    }
    if findings.isEmpty { return text + "found       nothing\n" }
    return text + findings.map { "\n" + self.text(of: $0, command: command) }.joined()
  }

  private func text(of found: Found, command: String) -> String {
    var text = ""
    if let design = found.design.flatMap(ForkDesignName.init(rawValue:)) {
      text += "design \(design.rawValue): \(design.message) (docs/FORK-SCRIPTS.md)\n"
    }
    if let law = ForkLaw(rawValue: found.kind) { text += "law \(law.rawValue): \(law.message)\n" }
    text += "violation: \(found.violations.joined(separator: "\n  "))\n"
    for step in Self.failingSteps(of: found.script) { text += "step \(step.word): \(step.message)\n" }
    if found.times > 1 { text += "this was found \(found.times) times\n" }
    let replay = "\(command) replay" + (subjectArgument.map { " --subject \($0)" } ?? "")
    if let file = found.file { return text + "script:\n\(found.script)to replay: \(replay) \(file)\n" }
    return text + "to replay its script:\n\(replay) - <<'end'\n\(found.script)end\n"
  }

  /// The kinds of steps that a script lets fail, each once.
  private static func failingSteps(of script: String) -> [FailureKind] {
    guard let scenario = try? ForkScenario.parse(Array(script.utf8), file: "found") else { return [] }
    var kinds: [FailureKind] = []
    for operation in scenario.operations {
      guard case .fork(let trial) = operation, case .step(_, let kind?, _) = trial.failure else { continue }
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    return kinds
  }
}

extension FailureKind {
  /// The step in a sentence.
  var message: String {
    switch self {
    case .lock: "takes a lock that a signal can interrupt"
    case .signal: "looks for a fatal signal"
    case .treeNode: "asks for a node of a tree, or for a whole duplicate"
    case .charge: "charges pages against the commit limit"
    case .vma: "makes a vma"
    case .policy: "copies a memory policy"
    case .userfaultContext: "makes a userfaultfd context"
    case .anonVma: "makes an anon_vma, or a link of its chain"
    case .hook: "calls the architecture, or a part that follows address spaces"
    case .pageTablePage: "takes a page for a page table"
    case .folio: "takes a folio for a page that is touched or copied early"
    case .pageContents: "reads the contents of a page that is copied early"
    case .swapContinuation: "takes a page to count more swap users on"
    }
  }
}
