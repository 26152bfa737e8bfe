import AddressSpaceModel
import FuzzEntry
import Glibc
import Harness
import KernelFork
import Operations
import Scenarios
import Support

// Fuzzes a kernel's own fork. As with any library, nothing but the library guides libFuzzer and is watched by the
// address sanitizer: this program is linked with both, and compiled with neither.

/// libFuzzer runs inputs one after the other on one thread.
private enum Fuzzed {
  nonisolated(unsafe) static var machine: KernelMachine?
  nonisolated(unsafe) static var inputs = 0
  nonisolated(unsafe) static var forks = 0
  nonisolated(unsafe) static var failedForks = 0
  /// Lines that were made otherwise than the input says, by the reason.
  nonisolated(unsafe) static var leftOut: [String: UInt64] = [:]
}

/// Starts the library that `MAPLECHECK_SUBJECT` names, which makes its counters known to libFuzzer.
private func load() {
  guard let path = FuzzEntry.setting("MAPLECHECK_SUBJECT"), path.contains("/") else {
    FuzzEntry.stop("MAPLECHECK_SUBJECT: expected the path of a library")
  }
  do throws(KernelForkError) {
    Fuzzed.machine = try KernelMachine(path: path)
  } catch {
    FuzzEntry.stop("MAPLECHECK_SUBJECT: \(error)")
  }
  FuzzEntry.mutation = FuzzEntryMutation(
    change: { ForkMutator.mutate($0, greatestSize: $1, seed: $2, isOfKernels: true) },
    join: { ForkMutator.crossOver($0, $1, greatestSize: $2, seed: $3) })
}

/// Runs an input from the state in which the machine started; what breaks a law is shrunk, told and made a crash.
private func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let machine = Fuzzed.machine else { return 0 }
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  let decoded = ForkCoding.decode(bytes, limit: ForkLimits.fuzzedOperations)
    .bounded(designs: [.duplicateAndTearDown], observers: ForkObserver.ofKernels)
  let (scenario, faulty) = decoded.adapted(to: machine).passingKnownFaults(of: machine)
  if FuzzEntry.onlyPrints {
    StandardStream.output.write(scenario.text)
    return 0
  }
  for (name, count) in decoded.lacked(by: machine) { Fuzzed.leftOut[name, default: 0] += count }
  if faulty > 0 { Fuzzed.leftOut["area that shows a known fault", default: 0] += faulty }
  let report = scenario.run(on: machine, passesKnownFaults: true)
  Fuzzed.inputs += 1
  Fuzzed.forks += report.forks
  Fuzzed.failedForks += report.failedForks
  guard let violation = scenario.violation(in: report) else { return 0 }
  let shrunk = Finding(script: scenario, violation: violation).shrunk(
    limits: ShrinkLimits(attempts: 5_000), steps: { $0.steps(on: machine) },
    precise: { $0.precise(on: machine, passesKnownFaults: true) }
  ) { script, wanted in
    script.violation(in: script.run(on: machine, passesKnownFaults: true), like: wanted?.forkLaw)
  }
  let replay = "replay --subject linux-fork:\(machine.path.replacing("-instrumented.so", with: "-plain.so"))"
  let command = FuzzEntry.setting("MAPLECHECK_COMMAND") ?? "maplecheck"
  StandardStream.error.write("\n" + shrunk.report(savedAs: nil, replay: replay, command: command))
  abort()
}

load()
atexit {
  StandardStream.error.write(
    "inputs, forks \(Fuzzed.forks), of them \(Fuzzed.failedForks) that failed, executions \(Fuzzed.inputs)\n")
  for (name, count) in Fuzzed.leftOut.sorted(by: { $0.key < $1.key }) {
    StandardStream.error.write("left out: \(name): \(ForkScenario.lines(count))\n")
  }
}
FuzzEntry.run(testOneInput)
