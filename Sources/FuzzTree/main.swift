import FuzzEntry
import Glibc
import Harness
import InstrumentedMapleTree
import RangeMapCore
import SeededDefects

// Fuzzes our tree. Only the tree's module is compiled with counters and the address sanitizer: counters in the harness
// would guide libFuzzer by the harness, and checks in it would take most of the time.

/// What is fuzzed. libFuzzer runs inputs one after the other on one thread.
private enum Fuzzed {
  nonisolated(unsafe) static var tree = TreeFuzzing(limits: .instrumented) { MapleTreeSubject(configuration: $0) }
  /// The canary has no counters. The tree runs each input first and guides libFuzzer to inputs that do much.
  nonisolated(unsafe) static var canary: TreeFuzzing<CanarySubject>?
}

/// Chooses the subject that `MAPLECHECK_SUBJECT` names: `maple` or `canary`.
private func choose() {
  switch FuzzEntry.setting("MAPLECHECK_SUBJECT") ?? "maple" {
  case "maple": break
  case "canary": Fuzzed.canary = TreeFuzzing(limits: .instrumented) { CanarySubject(configuration: $0) }
  case let other: FuzzEntry.stop("MAPLECHECK_SUBJECT: expected maple or canary, found \(other)")
  }
}

/// Runs an input; a violation is shrunk, told and made a crash.
private func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  if FuzzEntry.onlyPrints {
    FuzzEntry.show(Fuzzed.tree.script(of: bytes))
    return 0
  }
  if let finding = Fuzzed.tree.run(bytes) { FuzzEntry.fail(Fuzzed.tree.shrink(finding), subject: nil) }
  if let finding = Fuzzed.canary?.run(bytes), let shrunk = Fuzzed.canary?.shrink(finding) {
    FuzzEntry.fail(shrunk, subject: "canary")
  }
  return 0
}

choose()
atexit { FuzzEntry.tell(Fuzzed.canary?.summary ?? Fuzzed.tree.summary) }
FuzzEntry.run(testOneInput)
