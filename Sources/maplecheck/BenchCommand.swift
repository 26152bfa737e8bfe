import ArgumentParser

/// What is measured, and not checked.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures trees and forks, and counts the nodes that stores ask for.",
    subcommands: [
      BenchTreeCommand.self, BenchRaceCommand.self, BenchForkCommand.self, BenchRequestsCommand.self,
    ])
}
