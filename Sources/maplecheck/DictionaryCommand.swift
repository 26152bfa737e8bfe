import ArgumentParser
import Harness
import Operations
import Scenarios
import Support

struct DictionaryCommand: ParsableCommand {
  /// A fuzz target that has a dictionary.
  enum Target: String, CaseIterable, ExpressibleByArgument {
    case tree, script, fork

    /// The dictionary as libFuzzer reads it.
    var text: String {
      switch self {
      case .tree: OperationCoding.dictionary()
      case .script: ScriptText.dictionary()
      case .fork: ForkCoding.dictionary()
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "dictionary",
    abstract: "Prints the dictionary of a fuzz target.",
    discussion: "EXAMPLE: maplecheck dictionary tree -o corpus/tree/tree.dict",
    shouldDisplay: false)

  @Argument(help: "The fuzz target.")
  var target: Target

  @Option(name: .shortAndLong, help: ArgumentHelp("Where it is written; the output if not given.", valueName: "file"))
  var output: String?

  mutating func run() throws { try OutputFile.write(Array(target.text.utf8), to: output) }
}
