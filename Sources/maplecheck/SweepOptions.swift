import AddressSpaceModel
import ArgumentParser
import Checking

extension SweepMode: ExpressibleByArgument {}

extension SweepObserver: ExpressibleByArgument {
  public init?(argument: String) {
    guard let found = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = found
  }

  public static var allValueStrings: [String] { all.map(\.name) }
}

/// What `maplecheck check fork --sweep` sweeps over.
struct SweepOptions: ParsableArguments {
  @Flag(help: "Let each step of a fork of each layout fail, each in turn, instead of generating forks.")
  var sweep = false

  @Argument(
    help: ArgumentHelp("A log of strace -f, or a list of areas such as /proc/self/maps.", valueName: "layout"))
  var layouts: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A designed layout of that many vmas; may be given more than once.", valueName: "count"))
  var vmas: [Int] = []

  @Option(help: "Whether the step alone fails, or all later ones too.")
  var mode: SweepMode?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Who looks at a kernel's own fork; may be given more than once. Without it nobody, and each.", valueName: "who"))
  var observer: [SweepObserver] = []

  @Flag(help: "Of each kind of step, try the first and the last 500 and every 997th between.")
  var sample = false

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if !sweep { return nil }
    if layouts.isEmpty && vmas.isEmpty { return "--sweep: expected a layout, a file or --vmas" }
    if vmas.contains(where: { !(1...SweepWork.greatestVmaCount ~= $0) }) {
      return "--vmas: expected 1 to \(SweepWork.greatestVmaCount)"
    }
    return nil
  }

  /// Whether nothing is said of a sweep but that there is one.
  var isPlain: Bool { layouts.isEmpty && vmas.isEmpty && mode == nil && !sample && observer.isEmpty }

  /// The sweep over what was named.
  func work(_ designs: [ForkDesignName]) -> SweepWork {
    var work = SweepWork(files: layouts, vmas: vmas, designs: designs)
    (work.mode, work.isSample, work.observers) = (mode ?? .both, sample, observer)
    return work
  }
}
