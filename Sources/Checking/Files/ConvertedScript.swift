import Harness
import MapleTreeModule
import Operations
import Readers
import Scenarios
import Support
import TestExport

/// What a script can be made.
package enum ScriptForm: String, CaseIterable, Sendable {
  case script, bytes, swift, c
}

/// A script in another form, as a file has it.
package struct ConvertedScript {
  package var bytes: [UInt8]
  /// What the file's name ends with.
  package var suffix: String

  package init(_ script: Script, name: String, to form: ScriptForm, rule: RebuildRule = .newest) {
    switch form {
    case .script: (bytes, suffix) = (Array(ScriptText.print(script).utf8), ".\(Script.fileEnding)")
    case .bytes: (bytes, suffix) = (OperationCoding.encode(script), "")
    case .swift: (bytes, suffix) = (Array(SwiftTestText.print(script, name: name).utf8), ".swift")
    case .c: (bytes, suffix) = (Array(CTestText.print(script, name: name, rule: rule).utf8), ".c")
    }
  }

  /// - Parameter form: no test, for there are none of forks.
  init(_ scenario: ForkScenario, to form: ScriptForm) {
    (bytes, suffix) =
      form == .bytes ? (ForkCoding.encode(scenario), "") : (Array(scenario.text.utf8), ".\(ForkScenario.fileEnding)")
  }

  private init(_ script: ReaderScript) {
    (bytes, suffix) = (Array(script.text(comments: []).utf8), ".\(ReaderScript.fileEnding)")
  }

  /// Reads a script of whatever world, and converts it.
  /// - Parameter form: names the form in what is said of a script that has none.
  package init(_ input: InputFile.AnyScript, of file: String, to form: ScriptForm, rule: RebuildRule)
    throws(CommandFailure)
  {
    if form == .swift || form == .c { try input.demand(.tree, of: file, for: "--to \(form.rawValue)") }
    switch input {
    case .tree(let source):
      self.init(source.script, name: Self.name(of: file), to: form, rule: rule)
    case .fork(let source): self.init(source.scenario, to: form)
    case .readers(let source):
      if form == .bytes {
        throw CommandFailure("\(file): scripts of readers have no bytes; expected a script of a tree or of forks")
      }
      self.init(source.script)
    }
  }

  /// The last part of a path, without what follows its last point.
  package static func name(of file: String) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? "input"
    guard let point = last.lastIndex(of: "."), point > last.startIndex else { return last == "-" ? "input" : last }
    return String(last[..<point])
  }
}
