import Harness
import MapleTreeModule
import Operations
import Support

/// What came of `maplecheck check --lockstep`.
struct LockstepReport: Encodable {
  var library: String
  /// The library as the user named it.
  var subject: String
  var firstSeed: UInt64
  var operations: UInt64 = 0
  var runs: UInt64 = 0
  /// How often all nodes of both trees were compared.
  var walks: UInt64 = 0
  var seconds = 0.0
  var wasInterrupted = false
  /// The algorithm of our tree, and why it may not be the library's; `nil` if it is.
  var algorithm: String
  var doubt: String?
  /// Where the trees parted, with the shrunk script that leads there.
  var difference: String?
  var script: String?
  /// The seed of the run, and where the script was saved.
  var seed: UInt64?
  var file: String?
  /// What differs, kind by kind, where that is no failure.
  var groups: [Group] = []

  /// Differences of a kind from a tree whose algorithm nobody knows.
  struct Group: Encodable {
    var kind: LockstepDifferenceKind
    /// How many runs ended with such a difference.
    var runs = 1
    /// The first of them, with the shrunk script that leads there, its seed, and where it was saved.
    var difference = ""
    var script = ""
    var seed: UInt64
    var file: String?
  }

  init(library: String, subject: String, firstSeed: UInt64, algorithm: LibraryAlgorithm) {
    self.library = library
    self.subject = subject
    self.firstSeed = firstSeed
    self.algorithm = algorithm.rule.rawValue
    doubt = algorithm.doubt
  }

  var status: ExitStatus {
    if difference != nil { return .violation }
    return operations == 0 || wasInterrupted || !groups.isEmpty ? .undecided : .clean
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
    if difference != nil { return nil }
    if !groups.isEmpty { return "maplecheck: it differs from a kernel that was never compared, which decides nothing" }
    if operations == 0 { return "maplecheck: no operation was made, so nothing was compared" }
    return wasInterrupted ? "maplecheck: interrupted after \(operations) operations" : nil
  }

  mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    if let script, let difference { file = try save(script, difference, in: folder) }
    for place in groups.indices {
      groups[place].file = try save(groups[place].script, groups[place].difference, in: folder)
    }
  }

  private func save(_ script: String, _ difference: String, in folder: SaveFolder) throws(CommandFailure) -> String {
    // The comments come after the first line, which says what the file is.
    let comments = "lockstep: \(difference)".split(separator: "\n").map { "# \($0)\n" }.joined()
    let head = script.prefix { $0 != "\n" }
    return try folder.save(
      head + "\n" + comments + script.dropFirst(head.count + 1),
      as: SaveFolder.name("lockstep", script: script, ending: "maple"))
  }

  /// The result for people.
  func text(command: String) -> String {
    var text = """
      lockstep    our tree and \(library), seeds from \(firstSeed)
      operations  \(operations) in \(Text.seconds(seconds))
      runs        \(runs); \(walks) comparisons of all nodes

      """
    if let doubt { text += "algorithm   \(algorithm), \(doubt)\n" }
    if seconds >= 1 { text += "rate        \(UInt64(Double(operations) / seconds)) a second\n" }
    if !groups.isEmpty {
      let counts = groups.map { "\($0.kind.rawValue) \($0.runs)" }.joined(separator: ", ")
      text += "differs     in \(groups.reduce(0) { $0 + $1.runs }) of \(runs) runs: \(counts)\n"
    }
    if let difference, let script {
      text += "\ndifference: \(difference)\n" + seeAgain(script, file, command)
    } else if groups.isEmpty {
      text += "found       no difference\n"
    }
    for group in groups {
      text += "\nfirst difference of \(group.kind.rawValue): \(group.difference)\n"
      text += seeAgain(group.script, group.file, command)
    }
    return text
  }

  private func seeAgain(_ script: String, _ file: String?, _ command: String) -> String {
    let replay = "\(command) check --lockstep --subject \(subject) --operations 1 --begin"
    if let file { return "script:\n\(script)to see it again: \(replay) \(file)\n" }
    return "to see it again, with its script:\n\(replay) - <<'end'\n\(script)end\n"
  }
}
