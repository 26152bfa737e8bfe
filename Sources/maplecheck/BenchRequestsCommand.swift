import ArgumentParser
import Harness
import Measuring
import Reports
import Scenarios
import Support

struct BenchRequestsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "requests",
    abstract: "Counts the nodes that stores ask for under the formulas of four versions, and those that they take.",
    discussion: """
      Carries out the calls of logs of strace, and those of a heap that shrinks by 16 pages and gets them back one by one, \
      as the page_test of AIM9 does. Each store of an address space's tree is asked about as if it had been prepared, right \
      before it is made. The counts are exact. docs/FORK-COST.md explains the tables.

      EXIT STATUS: 1 where a call was refused that the log says succeeded, or a formula of 6.1, 6.12 or 6.16 asked for too few.

      EXAMPLE: maplecheck bench requests traces/*.strace
      """)

  @Argument(help: ArgumentHelp("Logs of strace -f; the heap alone if none.", valueName: "trace"))
  var traces: [String] = []

  @Option(help: "How often the heap shrinks and grows again.")
  var rounds = 1_000

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if !(1...1_000_000).contains(rounds) { throw ValidationError("--rounds: expected 1 to 1000000") }
  }

  mutating func run() throws {
    var report = RequestReport()
    for trace in traces { try report.add(trace: trace) }
    // The second process has a taller tree.
    for mappings in [21, 3_221] { try report.add(HeapWorkload(mappings: mappings, rounds: rounds)) }
    StandardStream.output.write(json ? try Support.json(report) : report.text)
    for fault in report.faults { StandardStream.error.write("maplecheck: \(fault)\n") }
    throw report.status
  }
}
