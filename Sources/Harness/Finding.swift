import Operations
import Support

/// A violation, and the script that leads to it.
public struct Finding<Script: WorldScript>: Codable, Hashable, Sendable {
  public var script: Script
  public var violation: Violation
  /// The seed of the generated run, if it was one.
  public var seed: UInt64?
  /// Why shrinking ended early; `nil` if it did not.
  public var stop: ShrinkStop?

  public init(script: Script, violation: Violation, seed: UInt64? = nil, stop: ShrinkStop? = nil) {
    self.script = script
    self.violation = violation
    self.seed = seed
    self.stop = stop
  }

  /// The script as a file has it, with what it leads to in comments.
  public var scriptText: String {
    let comments = violation.description.split(separator: "\n").map(String.init)
    return script.text(comments: (seed.map { ["found with seed \($0)"] } ?? []) + comments)
  }

  /// A name for the finding's file that depends on nothing but its script: what was found, and a hash.
  public var fileName: String { Self.fileName(violation.name, script.text) }

  /// The same for any script, and a word for what is in it.
  public static func fileName(_ kind: String, _ text: String) -> String {
    "\(kind)-\(Text.digest(text)).\(Script.fileEnding)"
  }

  /// The violation, the script, and one command that makes it happen again: with the file if there is one, else with
  /// the script itself on the command's input, so that it is printed once.
  /// - Parameters:
  ///   - replay: the options of the command that replays.
  ///   - notes: lines that explain the violation.
  ///   - command: how the user calls this program.
  public func report(
    savedAs file: String?, replay: String, notes: [String] = [], command: String = "maplecheck"
  ) -> String {
    let what = (["violation: \(violation)"] + notes).joined(separator: "\n") + "\n" + stopNote
    let count = script.operations.count
    guard let file else {
      return "\(what)to replay its script of \(count) operations:\n\(command) \(replay) - <<'end'\n\(script.text)end\n"
    }
    return "\(what)script of \(count) operations:\n\(script.text)\nto replay: \(command) \(replay) \(file)\n"
  }

  /// A line that says that the script might be shorter; nothing if it cannot be.
  private var stopNote: String {
    switch stop {
    case .limit: "shrinking ended at its limit of calls: maplecheck shrink goes on from here\n"
    case .asked: "shrinking ended early: maplecheck shrink goes on from here\n"
    case nil: ""
    }
  }
}
