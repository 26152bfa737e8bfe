import Harness
import Operations

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
  /// Where the trees parted, with the shrunk script that leads there.
  var difference: String?
  var script: String?
  /// The seed of the run, and where the script was saved.
  var seed: UInt64?
  var file: String?

  init(library: String, subject: String, firstSeed: UInt64) {
    self.library = library
    self.subject = subject
    self.firstSeed = firstSeed
  }

  var status: ExitStatus {
    if difference != nil { return .violation }
    return operations == 0 || wasInterrupted ? .undecided : .clean
  }

  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? {
    if difference != nil { return nil }
    if operations == 0 { return "maplecheck: no operation was made, so nothing was compared" }
    return wasInterrupted ? "maplecheck: interrupted after \(operations) operations" : nil
  }

  mutating func save(in folder: SaveFolder) throws(CommandFailure) {
    guard let script, let difference else { return }
    let comments = ["lockstep: \(difference)"].joined().split(separator: "\n").map { "# \($0)\n" }.joined()
    file = try folder.save(
      comments + script, as: SaveFolder.name("lockstep", script: script, ending: "maple"))
  }

  /// The result for people.
  func text(command: String) -> String {
    var text = """
      lockstep    our tree and \(library), seeds from \(firstSeed)
      operations  \(operations) in \(CheckReport.decimal(seconds)) s
      runs        \(runs); \(walks) comparisons of all nodes

      """
    if seconds >= 1 { text += "rate        \(UInt64(Double(operations) / seconds)) a second\n" }
    guard let difference, let script else { return text + "found       no difference\n" }
    let replay = "\(command) check --lockstep --subject \(subject) --operations 1 --begin"
    text += "\ndifference: \(difference)\n"
    if let file { return text + "script:\n\(script)to see it again: \(replay) \(file)\n" }
    return text + "to see it again, with its script:\n\(replay) - <<'end'\n\(script)end\n"
  }
}
