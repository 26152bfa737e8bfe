import Operations
import RangeMapCore

/// A violation, and the script that leads to it.
public struct Finding: Hashable, Sendable {
  public var script: Script
  public var violation: Violation
  /// The seed of the generated run, where it was one.
  public var seed: UInt64?
  /// Why shrinking ended early; `nil` where it did not.
  public var stop: ShrinkStop?

  public init(script: Script, violation: Violation, seed: UInt64? = nil, stop: ShrinkStop? = nil) {
    self.script = script
    self.violation = violation
    self.seed = seed
    self.stop = stop
  }

  /// The script as a file has it, with what it leads to in comments.
  public var scriptText: String {
    var comments = violation.description.split(separator: "\n").map(String.init)
    if let seed { comments.insert("found with seed \(seed)", at: 0) }
    return ScriptText.print(script, comments: comments)
  }

  /// The violation, the script, and the command that makes it happen again.
  /// - Parameters:
  ///   - file: where the script was or will be written.
  ///   - command: how the user calls this program.
  public func report(file: String, subject: String? = nil, command: String = "maplecheck") -> String {
    let choice = subject.map { " --subject \($0)" } ?? ""
    return """
      violation: \(violation)
      \(stopNote)script of \(script.operations.count) operations:
      \(ScriptText.print(script))
      to replay: \(command) replay\(choice) \(file)

      """
  }

  /// A line that says that the script might be shorter; nothing where it cannot be.
  var stopNote: String {
    switch stop {
    case .limit: "shrinking ended at its limit of calls: maplecheck shrink goes on from here\n"
    case .asked: "shrinking ended early: maplecheck shrink goes on from here\n"
    case nil: ""
    }
  }
}
