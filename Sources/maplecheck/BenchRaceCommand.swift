import ArgumentParser
import Measuring
import Reports
import Subjects
import Support

struct BenchRaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "race",
    abstract: "Races our tree and another one, row by row, in one process.",
    discussion: """
      Each row runs on both in turn, the order changing by the round. Both get the same calls with the same ranges in the \
      same order, have an external lock, and no reader mode.

      ours, theirs: ns an operation, medians. ratio: ours to theirs, the median of the rounds' ratios.
      calls: ns of the same calls, ours and theirs, with nothing to do: what the layers on the way cost, and the way in.
      worst: ours, with nothing taken off, to theirs less all of that. What a library's allocator costs is not taken off.

      EXIT STATUS: 1 if the two do not hold the same.

      EXAMPLE: maplecheck bench race .build/linux/newest/libmaplecheck-linux.so
      """)

  @Argument(help: "What our tree races against: a library, or our tree with the algorithm of a version.")
  var subject: SubjectName

  @Option(help: "Rounds of which the median is taken; five times as many of the rows of a fork.")
  var rounds = Race.leastRounds

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if !(Race.leastRounds...100).contains(rounds) {
      throw ValidationError("--rounds: expected \(Race.leastRounds) to 100")
    }
  }

  mutating func run() throws {
    let other = try subject.raceSide(for: "race")
    Interruption.listen()
    var tables: [MeasuredTable] = []
    do throws(RaceError) {
      try Race.tables(against: other, rounds: rounds, goesOn: { !Interruption.isRequested }) { table in
        if json { tables.append(table) } else { StandardStream.output.write(table.text) }
      }
    } catch {
      StandardStream.error.write("maplecheck: \(error)\n")
      throw ExitStatus.violation
    }
    if json { StandardStream.output.write(try Support.json(tables)) }
    let skipped = RaceRow.allCases.filter { !other.has($0) }.map(\.rawValue)
    if !skipped.isEmpty {
      StandardStream.error.write(
        "maplecheck: \(subject.name) does not have, skipped: \(skipped.joined(separator: ", "))\n")
    }
    if Interruption.isRequested { throw ExitStatus.undecided }
  }
}
