import AddressSpaceModel
import ArgumentParser
import Operations
import RangeMapCore
import Scenarios
import Support

/// How long a failure of a sweep lasts.
enum SweepMode: String, CaseIterable, ExpressibleByArgument {
  /// The step alone fails.
  case once
  /// All later steps fail too.
  case forever
  case both

  var durations: [Bool] {
    switch self {
    case .once: [false]
    case .forever: [true]
    case .both: [false, true]
    }
  }
}

/// What `maplecheck check fork --sweep` sweeps over.
struct SweepOptions: ParsableArguments {
  /// The most vmas of a designed layout: what the addresses of a process have room for.
  static let greatestVmaCount = 1 << 24

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

  @Flag(help: "Of each kind of step, try the first and the last 500 and every 997th between.")
  var sample = false

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if !sweep { return nil }
    if layouts.isEmpty && vmas.isEmpty { return "--sweep: expected a layout, a file or --vmas" }
    if vmas.contains(where: { !(1...Self.greatestVmaCount ~= $0) }) {
      return "--vmas: expected 1 to \(Self.greatestVmaCount)"
    }
    return nil
  }

  /// Whether nothing is said of a sweep but that there is one.
  var isPlain: Bool { layouts.isEmpty && vmas.isEmpty && mode == nil && !sample }

  var rule: SweepRule { SweepRule(sample ? .sample : .all, durations: (mode ?? .both).durations) }
}

/// The address spaces that one argument stands for.
struct SweptLayout {
  var name: String
  var spaces: [ForkLayout]

  static func designed(_ count: Int) -> SweptLayout {
    let layout = ForkLayout.designed(count: count)
    return SweptLayout(name: layout.name, spaces: [layout])
  }

  /// Reads a log or a list of areas; what it is shows in its first characters.
  static func file<Map: RangeMap & ~Copyable>(
    _ path: String, makeMap: @escaping (MapConfiguration) -> Map
  ) throws(CommandFailure) -> SweptLayout {
    let bytes = try InputFile.read(path, limit: InputFile.greatestImportSize, content: "a log or a list of areas")
    let spaces: [ForkLayout]
    do throws(ScriptError) {
      if ImportFormat.guess(bytes) == .maps {
        spaces = [try ForkLayout.maps(bytes, file: path)].filter { !$0.mappings.isEmpty }
      } else {
        spaces = try ForkLayout.trace(bytes, file: path, makeMap: makeMap)
      }
    } catch {
      throw CommandFailure(error)
    }
    if spaces.isEmpty { throw CommandFailure(file: path, expected: "an area or a call that maps one", found: "none") }
    return SweptLayout(name: path, spaces: spaces)
  }
}
