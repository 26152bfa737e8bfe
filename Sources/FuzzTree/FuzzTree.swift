import ExternalSubject
import Glibc
import Harness
import MapleTreeModule
import Operations
import RangeMapCore

// What libFuzzer calls. The work is in `TreeFuzzing`, which the tests run too.

/// The subject that is fuzzed. libFuzzer runs inputs one after the other on one thread.
private enum Fuzzed {
  case maple(TreeFuzzing<MapleTreeSubject>)
  case canary(TreeFuzzing<CanarySubject>)
  case library(TreeFuzzing<ExternalSubject>, path: String)
}

nonisolated(unsafe) private var fuzzed = Fuzzed.maple(TreeFuzzing { MapleTreeSubject(configuration: $0) })

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

private func stop(_ message: String) -> Never {
  StandardStream.error.write(message + "\n")
  exit(2)
}

/// Chooses the subject that `MAPLECHECK_SUBJECT` names: `maple`, `canary`, or the path of a library, which must be loaded here for
/// libFuzzer to see its counters.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ argumentCount: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer>
) -> Int32 {
  switch setting("MAPLECHECK_SUBJECT") ?? "maple" {
  case "maple": break
  case "canary": fuzzed = .canary(TreeFuzzing { CanarySubject(configuration: $0) })
  case let path where path.contains("/"): fuzzed = .library(fuzzing(path), path: path)
  case let other: stop("MAPLECHECK_SUBJECT: expected maple, canary or the path of a library, found \(other)")
  }
  atexit {
    let summary =
      switch fuzzed {
      case .maple(let fuzzing): fuzzing.summary
      case .canary(let fuzzing): fuzzing.summary
      case .library(let fuzzing, _): fuzzing.summary
      }
    let table = setting("MAPLECHECK_TABLE") == "1" ? summary.table.text : ""
    StandardStream.error.write("\(table)\(summary.text)\n")
  }
  return 0
}

private func fuzzing(_ path: String) -> TreeFuzzing<ExternalSubject> {
  do throws(SubjectLibraryError) {
    let library = try SubjectLibrary(path: path)
    return TreeFuzzing {
      guard let map = library.makeMap(configuration: $0) else { stop("\(path): the library makes no map of this kind") }
      return map
    }
  } catch {
    stop("MAPLECHECK_SUBJECT: \(error)")
  }
}

/// Runs an input; a violation is shrunk, told and made a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  switch fuzzed {
  case .maple(var fuzzing):
    if let finding = fuzzing.run(bytes) { fail(fuzzing.shrink(finding), subject: nil) }
    fuzzed = .maple(fuzzing)
  case .canary(var fuzzing):
    if let finding = fuzzing.run(bytes) { fail(fuzzing.shrink(finding), subject: "canary") }
    fuzzed = .canary(fuzzing)
  case .library(var fuzzing, let path):
    if let finding = fuzzing.run(bytes) { fail(fuzzing.shrink(finding), subject: path) }
    fuzzed = .library(fuzzing, path: path)
  }
  return 0
}

/// Tells of a finding, keeps it where `MAPLECHECK_SAVE` is 1, and stops.
private func fail(_ finding: Finding, subject: String?) -> Never {
  var file: String?
  if setting("MAPLECHECK_SAVE") == "1" {
    do throws(WholeFileError) {
      file = try finding.save()
    } catch {
      StandardStream.error.write("not saved: \(error)\n")
    }
  }
  let command = setting("MAPLECHECK_COMMAND") ?? "maplecheck"
  StandardStream.error.write("\n" + finding.report(savedAs: file, subject: subject, command: command))
  abort()
}

@_silgen_name("LLVMFuzzerMutate")
private func changeBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ greatestSize: Int) -> Int

/// Changes operations, now and then bytes.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ greatestSize: Int, _ seed: UInt32) -> Int {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  guard let changed = FuzzingMutation.mutate(bytes, greatestSize: greatestSize, seed: UInt64(seed)) else {
    return changeBytes(data, size, greatestSize)
  }
  data.update(from: changed, count: changed.count)
  return changed.count
}

/// Joins parts of two inputs.
@_cdecl("LLVMFuzzerCustomCrossOver")
public func crossOver(
  _ first: UnsafePointer<UInt8>?, _ firstSize: Int, _ second: UnsafePointer<UInt8>?, _ secondSize: Int,
  _ output: UnsafeMutablePointer<UInt8>, _ greatestSize: Int, _ seed: UInt32
) -> Int {
  let joined = FuzzingMutation.crossOver(
    UnsafeRawBufferPointer(start: first, count: firstSize), UnsafeRawBufferPointer(start: second, count: secondSize),
    greatestSize: greatestSize, seed: UInt64(seed))
  output.update(from: joined, count: joined.count)
  return joined.count
}
