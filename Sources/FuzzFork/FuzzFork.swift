import AddressSpaceModel
import FuzzEntry
import Glibc
import Harness
import MapleTreeModule
import RangeMapCore
import Scenarios
import Support

// What libFuzzer calls: an input is an address space and forks of it, on our tree.

// libFuzzer runs inputs one after the other on one thread.
nonisolated(unsafe) private var designs = [ForkDesignName.duplicateAndTearDown]
nonisolated(unsafe) private var forks = 0
nonisolated(unsafe) private var failedForks = 0

private func makeMap(_ configuration: MapConfiguration) -> MapleTreeSubject {
  MapleTreeSubject(configuration: configuration)
}

/// Chooses the design that `MAPLECHECK_DESIGN` names, and the mutations of fork scenarios.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ argumentCount: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer>
) -> Int32 {
  if let name = FuzzEntry.setting("MAPLECHECK_DESIGN") {
    guard let design = ForkDesignName(name: name) else {
      FuzzEntry.stop("MAPLECHECK_DESIGN: expected a design such as 7.3, found \(name)")
    }
    designs = [design]
  }
  FuzzEntry.mutation = FuzzEntryMutation(
    change: { ForkMutator.mutate($0, greatestSize: $1, seed: $2) },
    join: { ForkMutator.crossOver($0, $1, greatestSize: $2, seed: $3) })
  atexit { StandardStream.error.write("forks \(forks), of them \(failedForks) that failed\n") }
  return 0
}

/// Runs an input; what breaks a law is shrunk, told and made a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  let scenario = ForkCoding.decode(bytes, limit: ForkLimits.fuzzedOperations).bounded(designs: designs)
  if FuzzEntry.onlyPrints {
    StandardStream.output.write(scenario.text)
    return 0
  }
  let report = scenario.run(makeMap: makeMap)
  forks += report.forks
  failedForks += report.failedForks
  guard let violation = scenario.violation(in: report) else { return 0 }
  let shrunk = Finding(script: scenario, violation: violation).shrunk(makeMap: makeMap)
  StandardStream.error.write("\n" + shrunk.report(savedAs: nil, replay: "replay"))
  abort()
}
