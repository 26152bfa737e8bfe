import FuzzEntry
import Harness
import MapleTreeModule
import Operations
import RangeMapCore

import func Glibc.atexit

// What libFuzzer calls. The work is in `TreeFuzzing`, which the tests run too; a library is fuzzed by `FuzzLibrary`.

/// The subject that is fuzzed. libFuzzer runs inputs one after the other on one thread.
private enum Fuzzed {
  case maple(TreeFuzzing<MapleTreeSubject>)
  case canary(TreeFuzzing<CanarySubject>)
}

nonisolated(unsafe) private var fuzzed = Fuzzed.maple(TreeFuzzing { MapleTreeSubject(configuration: $0) })

/// Chooses the subject that `MAPLECHECK_SUBJECT` names: `maple` or `canary`.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ argumentCount: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer>
) -> Int32 {
  switch FuzzEntry.setting("MAPLECHECK_SUBJECT") ?? "maple" {
  case "maple": break
  case "canary": fuzzed = .canary(TreeFuzzing { CanarySubject(configuration: $0) })
  case let other: FuzzEntry.stop("MAPLECHECK_SUBJECT: expected maple or canary, found \(other)")
  }
  atexit {
    switch fuzzed {
    case .maple(let fuzzing): FuzzEntry.tell(fuzzing.summary)
    case .canary(let fuzzing): FuzzEntry.tell(fuzzing.summary)
    }
  }
  return 0
}

/// Runs an input; a violation is shrunk, told and made a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  switch fuzzed {
  case .maple(var fuzzing):
    if let finding = fuzzing.run(bytes) { FuzzEntry.fail(fuzzing.shrink(finding), subject: nil) }
    fuzzed = .maple(fuzzing)
  case .canary(var fuzzing):
    if let finding = fuzzing.run(bytes) { FuzzEntry.fail(fuzzing.shrink(finding), subject: "canary") }
    fuzzed = .canary(fuzzing)
  }
  return 0
}
