import ArgumentParser
import Harness
import Measuring
import Operations
import RangeMapCore
import Reports
import Scenarios
import Subjects
import Support

struct BenchForkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fork",
    abstract: "Measures fork's copying of an address space, one by one and by duplicating the tree, by its size.",
    discussion: """
      Prints nanoseconds a mapping, medians of rounds in which both ways take turns: of trees alone, and with all that the \
      model of address spaces does for each mapping. Beside them the gain that was published, the exact numbers of node \
      visits and node allocations of our tree, and straight lines through all of them. docs/FORK-COST.md explains the tables.

      With --real the program RealFork, which lies beside this one, does real forks on the running kernel.

      With --subject linux-fork two kernels fork by their own dup_mmap(): 6.1, which stores the copies one by one, and \
      the subject, which duplicates the tree.

      EXIT STATUS: 1 if a copy is wrong, or counts that must be straight lines are none; 3 if there are fewer than three \
      sizes, for any two points are on a line.

      EXAMPLE: maplecheck bench fork --real --plot fork.svg
      EXAMPLE: maplecheck bench fork --subject linux --sizes 21 1621 51221
      EXAMPLE: maplecheck bench fork --subject linux-fork
      """)

  @Option(help: "What is measured. The counts are always of our own tree.")
  var subject = SubjectName.maple

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("The numbers of mappings; as published if none.", valueName: "n"))
  var sizes: [Int] = []

  @Option(help: "Rounds of which the median is taken.")
  var rounds = 7

  @Flag(help: "Measure real forks on the running kernel too.")
  var real = false

  @Option(help: ArgumentHelp("Where the drawing is written, as SVG.", valueName: "file"))
  var plot: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if !(1...1_000).contains(rounds) { throw ValidationError("--rounds: expected 1 to 1000") }
    if let size = sizes.first(where: { !(1...1_000_000).contains($0) }) {
      throw ValidationError("--sizes: expected 1 to 1000000, found \(size)")
    }
    if subject.machinePath != nil, real || plot != nil {
      throw ValidationError("\(real ? "--real" : "--plot"): does not go with \(subject.name), a kernel's own fork")
    }
    if subject == .oracle || subject == .canary {
      throw ValidationError("--subject: expected a tree, found \(subject.name)")
    }
  }

  mutating func run() throws {
    let sizes = sizes.isEmpty ? CopyLayout.sizes : Array(Set(sizes)).sorted()
    Interruption.listen()
    if let path = subject.machinePath { return try runKernels(path, sizes) }
    var report = try ForkCostWork(sizes: sizes, rounds: rounds).measure(subject)
    try report.count(sizes)
    if real { try report.addReal(sizes) }
    report.fit()
    if let plot { try OutputFile.write(Array(report.drawing.utf8), to: plot) }
    StandardStream.output.write(json ? try Support.json(report) : report.text)
    for refusal in report.realRefusals { StandardStream.error.write("maplecheck: \(refusal)\n") }
    if !report.decidesStraightness {
      StandardStream.error.write(
        "maplecheck: \(sizes.count) sizes: any line fits fewer than \(StraightLine.leastSizes), so none was fitted\n")
    }
    throw report.status
  }

  /// Measures a kernel's own fork, beside the last Debian kernel that stores the copies one by one.
  private func runKernels(_ path: String, _ sizes: [Int]) throws {
    let before = KernelForkLibraries.path(of: "6.1")
    if path == before {
      throw CommandFailure("\(subject.name): expected a kernel that duplicates the tree, from 6.8 on, found 6.1")
    }
    let machines = (try KernelForkLibraries.machine(before), try KernelForkLibraries.machine(path))
    let report: KernelForkCostReport
    do throws(CopyFault) {
      report = try KernelForkCostReport(
        before: machines.0, after: machines.1, sizes: sizes, rounds: rounds, goesOn: { !Interruption.isRequested })
    } catch {
      throw error.told
    }
    StandardStream.output.write(json ? try Support.json(report) : report.text)
  }
}
