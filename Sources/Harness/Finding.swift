import Operations
import RangeMapCore

/// A violation, and the script that leads to it.
public struct Finding: Hashable, Sendable {
  public var script: Script
  public var violation: Violation
  /// The seed of the generated run, where it was one.
  public var seed: UInt64?

  public init(script: Script, violation: Violation, seed: UInt64? = nil) {
    self.script = script
    self.violation = violation
    self.seed = seed
  }

  /// The smallest script found that leads to a violation of the same kind, with that violation.
  ///
  /// It is shrunk on the schedule that found it, on which long scripts run fast, and the little that is left once
  /// more with every check after every operation, so that the violation shows where it happens and not where a
  /// schedule found it. Then an earlier check may be the one that sees it.
  /// - Parameters:
  ///   - options: the schedule of the run that found it.
  ///   - attempts: the greatest number of runs of each of the two rounds.
  /// - Returns: the finding itself where it does not happen again.
  @inlinable
  public func shrunk<Subject: RangeMap & ~Copyable>(
    options: RunnerOptions = .fast, attempts: Int = 20_000,
    makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Finding {
    guard let first = shrunkOnce(options: options, attempts: attempts, makeSubject: makeSubject) else { return self }
    var thorough = RunnerOptions.thorough
    thorough.skippedKinds = options.skippedKinds
    return first.shrunkOnce(options: thorough, attempts: attempts, makeSubject: makeSubject) ?? first
  }

  /// One round of shrinking on one schedule; `nil` where the script leads to nothing on it.
  @inlinable
  func shrunkOnce<Subject: RangeMap & ~Copyable>(
    options: RunnerOptions, attempts: Int, makeSubject: @escaping (MapConfiguration) -> Subject
  ) -> Finding? {
    func find(_ candidate: Script) -> Violation? {
      Runner<Subject>.violation(of: candidate, options: options, makeSubject: makeSubject)
    }
    guard let first = find(script) else { return nil }
    var start = script
    start.operations = Array(script.operations.prefix(first.operationIndex + 1))
    let smallest = Shrinker.shrink(start, attempts: attempts) { find($0)?.kind == first.kind }
    return find(smallest).map { Finding(script: smallest, violation: $0, seed: seed) }
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
      script of \(script.operations.count) operations:
      \(ScriptText.print(script))
      to replay: \(command) replay\(choice) \(file)

      """
  }
}
