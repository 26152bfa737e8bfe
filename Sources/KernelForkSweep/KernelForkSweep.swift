import AddressSpaceModel
import Foundation
import KernelFork

/// Sweeps one library in a process of its own, for a library that is broken on purpose may never come to an end:
/// `KernelForkSweep LIBRARY [--first] [--every] [--short] [--expose-known]`.
///
/// Known faults of the kernel are passed by, unless `--expose-known` is there. A line for each finder, when it first
/// finds something, with tabs between its fields: trials so far, the finder, the trial, what was found. The last line
/// says how many trials there were, and which steps never came. With `--first` the first finding ends the sweep; with
/// `--every` all findings are printed; `--short` leaves large address spaces out. Exit status: 0 if nothing was found,
/// 1 if something was, 2 if the library cannot be used.
@main
enum KernelForkSweep {
  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let endsAtFirst = arguments.contains("--first")
    arguments.removeAll { $0 == "--first" }
    let printsEvery = arguments.contains("--every")
    arguments.removeAll { $0 == "--every" }
    let isShort = arguments.contains("--short")
    arguments.removeAll { $0 == "--short" }
    let exposesKnown = arguments.contains("--expose-known")
    arguments.removeAll { $0 == "--expose-known" }
    guard arguments.count == 1, !arguments[0].hasPrefix("-") else {
      let found = CommandLine.arguments.dropFirst().joined(separator: " ")
      fail("expected LIBRARY [--first] [--every] [--short] [--expose-known], found '\(found)'")
    }
    do throws(KernelForkError) {
      let machine = try KernelMachine(path: arguments[0])
      machine.endCallsThatCrash()
      let sweep = isShort ? KernelSweep.short : KernelSweep()
      run(sweep, on: machine, endsAtFirst: endsAtFirst, printsEvery: printsEvery, exposesKnown: exposesKnown)
    } catch {
      fail("\(error)")
    }
  }

  private static func run(
    _ sweep: KernelSweep, on machine: KernelMachine, endsAtFirst: Bool, printsEvery: Bool, exposesKnown: Bool
  ) {
    var trials = 0
    var finders: Set<String> = []
    var unreached = Set(KernelStep.allCases)
    do throws(KernelCallError) {
      try sweep.run(on: machine) { trial in
        trials += 1
        unreached = unreached.filter { trial.outcome.steps.count(of: $0) == 0 }
        let found = exposesKnown ? trial.outcome.violations : KernelSweep.surprises(in: trial, on: machine)
        for violation in found {
          guard finders.insert(violation.finder).inserted || printsEvery else { continue }
          say("\(trials)\t\(violation.finder)\t\(trial.name)\t\(violation.detail)")
        }
        return !(endsAtFirst && !finders.isEmpty)
      }
    } catch {
      let reason = machine.warnings.first ?? "\(error)"
      let violation = ForkViolation(.kernelIsSilent, reason)
      say("\(trials)\t\(violation.finder)\tan address space is made\t\(reason)")
      finders.insert(violation.finder)
    }
    let names = KernelStep.allCases.filter(unreached.contains).map(\.name).joined(separator: " ")
    say("\(trials)\ttrials; steps that never came: \(names.isEmpty ? "none" : names)")
    exit(finders.isEmpty ? 0 : 1)
  }

  /// Writes a line at once: the process may end in the next trial.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("KernelForkSweep: \(message)\n".utf8))
    exit(2)
  }
}
