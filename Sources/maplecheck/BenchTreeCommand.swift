import ArgumentParser
import Measuring
import RangeMapCore
import Reports
import Support

struct BenchTreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Measures our tree alone: nanoseconds an operation, nodes, and bytes an entry.",
    discussion: """
      A table for each size and kind of tree; then a duplicate beside a memcpy() of as many bytes, and the two ways in \
      which a fork copies a tree. Times are nanoseconds an operation or an entry, medians of the rounds.

      EXAMPLE: maplecheck bench tree --rounds 3
      """)

  @Option(help: "Rounds of which the median is taken; five times as many for what is short.")
  var rounds = 3

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if !(1...100).contains(rounds) { throw ValidationError("--rounds: expected 1 to 100") }
  }

  mutating func run() throws {
    var tables: [MeasuredTable] = []
    do throws(RangeMapError) {
      try TreeBenchmarks.run(rounds: rounds) { table in
        if json { tables.append(table) } else { StandardStream.output.write(table.text) }
      }
    } catch {
      StandardStream.error.write("maplecheck: \(error)\n")
      throw ExitStatus.violation
    }
    if json { StandardStream.output.write(try Support.json(tables)) }
  }
}
