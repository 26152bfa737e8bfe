import ExternalSubject
import FuzzEntry
import Glibc
import Harness
import RangeMapCore

// Fuzzes a library. Nothing but the library is to guide libFuzzer and is watched by the address sanitizer, so that this
// program is compiled without either, is linked with both, and calls libFuzzer from a main function of its own.

/// libFuzzer runs inputs one after the other on one thread.
private enum Fuzzed {
  nonisolated(unsafe) static var path = ""
  nonisolated(unsafe) static var fuzzing: TreeFuzzing<ExternalSubject>?
}

/// Loads the library that `MAPLECHECK_SUBJECT` names, which makes its counters known to libFuzzer.
private func load() {
  guard let path = FuzzEntry.setting("MAPLECHECK_SUBJECT"), path.contains("/") else {
    FuzzEntry.stop("MAPLECHECK_SUBJECT: expected the path of a library")
  }
  do throws(SubjectLibraryError) {
    let library = try SubjectLibrary(path: path)
    Fuzzed.path = path
    FuzzEntry.geometry = .linux64
    Fuzzed.fuzzing = TreeFuzzing(limits: .instrumented) {
      guard let map = library.makeMap(configuration: $0) else {
        FuzzEntry.stop("\(path): the library makes no map of this kind")
      }
      return map
    }
  } catch {
    FuzzEntry.stop("MAPLECHECK_SUBJECT: \(error)")
  }
}

/// Runs an input; a violation is shrunk, told and made a crash.
private func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  if FuzzEntry.onlyPrints, let script = Fuzzed.fuzzing?.script(of: bytes) {
    FuzzEntry.show(script)
    return 0
  }
  if let finding = Fuzzed.fuzzing?.run(bytes), let shrunk = Fuzzed.fuzzing?.shrink(finding) {
    FuzzEntry.fail(shrunk, subject: Fuzzed.path)
  }
  return 0
}

load()
atexit { if let fuzzing = Fuzzed.fuzzing { FuzzEntry.tell(fuzzing.summary) } }
FuzzEntry.run(testOneInput)
