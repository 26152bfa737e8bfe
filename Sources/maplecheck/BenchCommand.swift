import ArgumentParser

/// What is measured, and not checked.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures what forks cost by their size, and counts the nodes that stores ask for.",
    subcommands: [BenchForkCommand.self, BenchRequestsCommand.self])
}
