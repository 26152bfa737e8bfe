import ArgumentParser
import Harness
import Support

@main
enum Main {
  static func main() {
    let status = run(Array(CommandLine.arguments.dropFirst()))
    status.leave()
  }

  /// Parses the arguments, runs the command, and says on the error stream why it failed.
  static func run(_ arguments: [String]) -> ExitStatus {
    do {
      // The option that users try first; the subcommand takes a subject.
      let words = arguments.first == "--version" ? ["version"] + arguments.dropFirst() : arguments
      var command = try MapleCheck.parseAsRoot(words)
      try command.run()
      return .clean
    } catch let status as ExitStatus {
      return status
    } catch let failure as CommandFailure {
      StandardStream.error.write("\(failure)\n")
      return .badInput
    } catch {
      let isHelp = MapleCheck.exitCode(for: error).isSuccess
      (isHelp ? StandardStream.output : .error).write(MapleCheck.fullMessage(for: error) + "\n")
      return isHelp ? .clean : .badInput
    }
  }
}

/// The command and its subcommands.
struct MapleCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maplecheck",
    abstract: "Fuzzes a maple tree beside a sorted array, and replays, shrinks and converts what it finds.",
    discussion: """
      Results go to the output, all else to the error stream. maplecheck --version prints the version, and with \
      --subject what a subject says of itself.

      EXIT STATUS: 0 nothing found; 1 a violation; 2 bad usage or bad input; 3 not decided: nothing was done, the work \
      was interrupted, or less was reached than the floor demands.

      EXAMPLE: maplecheck check --time 60
      """,
    subcommands: [
      CheckCommand.self, ExploreCommand.self, CompareCommand.self, ReplayCommand.self, ShrinkCommand.self,
      ConvertCommand.self,
      ImportCommand.self, DictionaryCommand.self, BenchCommand.self, ProveCommand.self, VersionCommand.self,
    ])
}
