import Foundation
import Support

/// Real forks on the running kernel, by a program of their own: it has few mappings itself, and no other threads.
package enum RealForks {
  package enum Outcome: Equatable {
    case measured(RealForkRow)
    /// The system or the program refuses the size; says why.
    case refused(String)
  }

  /// The program beside this one.
  package static var program: URL {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("RealFork")
  }

  /// Forks of a size: more of small ones, which are quick and noisy.
  static func count(for size: Int) -> Int { min(2_000, max(21, 200_000 / size)) }

  package static func run(_ size: Int, program: URL = program) throws(CommandFailure) -> Outcome {
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw CommandFailure(
        file: program.path, expected: "the program that forks, which swift build --product RealFork builds",
        found: "no such program")
    }
    let run: ProgramRun
    do {
      run = try ProgramRun(program.path, ["\(size)", "\(count(for: size))"])
    } catch {
      throw CommandFailure("\(program.path): cannot be run: \(error.localizedDescription)")
    }
    guard run.status == 0 else {
      let reason = run.errors.split(separator: "\n").first.map(String.init)
      return .refused("\(size) mappings: \(reason ?? "the program ended with status \(run.status)")")
    }
    guard let row = row(of: run.output) else {
      throw CommandFailure(
        file: program.path, expected: "three numbers a line", found: String(run.output.prefix(60)))
    }
    return .measured(row)
  }

  /// The medians of what the program printed: mappings, nanoseconds of the call, nanoseconds until the child was waited
  /// for.
  package static func row(of text: String) -> RealForkRow? {
    var (calls, cycles, mappings): ([Double], [Double], Set<Int>) = ([], [], [])
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let count = Int(words[0]), let call = Double(words[1]), let cycle = Double(words[2])
      else { return nil }
      mappings.insert(count)
      calls.append(call)
      cycles.append(cycle)
    }
    guard mappings.count == 1, let vmas = mappings.first else { return nil }
    return RealForkRow(
      vmas: vmas, forks: calls.count, callNanoseconds: calls.median,
      cycleNanoseconds: cycles.median)
  }
}
