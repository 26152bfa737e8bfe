import Operations
import Support

extension Finding {
  /// Where regressions of the tree are kept, from the root of the project.
  public static let regressionDirectory = "corpus/tree/regressions"

  /// A name for the finding's file that depends on nothing but its script: the check that failed, and a hash.
  public var fileName: String {
    "\(violation.kind.rawValue)-\(Text.digest(ScriptText.print(script))).maple"
  }

  /// Writes the script with its violation in comments, and returns the path of the file.
  package func save(in directory: String = regressionDirectory) throws(WholeFileError) -> String {
    try WholeFile.makeDirectory(directory)
    let path = "\(directory)/\(fileName)"
    try WholeFile.write(Array(scriptText.utf8), to: path)
    return path
  }

  /// The violation, the script, and one command that makes it happen again: with the file where there is one, else
  /// with the script itself on the command's input, so that it is printed once.
  public func report(savedAs file: String?, subject: String?, command: String = "maplecheck") -> String {
    if let file { return report(file: file, subject: subject, command: command) }
    let choice = subject.map { " --subject \($0)" } ?? ""
    return """
      violation: \(violation)
      \(stopNote)to replay its script of \(script.operations.count) operations:
      \(command) replay\(choice) - <<'end'
      \(ScriptText.print(script))end

      """
  }
}
