import Glibc
import Harness
import MapleTreeModule
import Operations
import RangeMapCore

// What libFuzzer calls. The work is in `TreeFuzzing`, which the tests run too.

// libFuzzer runs inputs one after the other on one thread.
nonisolated(unsafe) private var maple = TreeFuzzing { MapleTreeSubject(configuration: $0) }
nonisolated(unsafe) private var canary = TreeFuzzing { CanarySubject(configuration: $0) }
nonisolated(unsafe) private var isCanary = false

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// Chooses the subject that `MAPLECHECK_SUBJECT` names.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ argumentCount: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer>
) -> Int32 {
  switch setting("MAPLECHECK_SUBJECT") ?? "maple" {
  case "maple": break
  case "canary": isCanary = true
  case let other:
    StandardStream.error.write("MAPLECHECK_SUBJECT: expected maple or canary, found \(other)\n")
    exit(2)
  }
  atexit {
    let summary = isCanary ? canary.summary : maple.summary
    let table = setting("MAPLECHECK_TABLE") == "1" ? summary.table.text : ""
    StandardStream.error.write("\(table)\(summary.text)\n")
  }
  return 0
}

/// Runs an input; a violation is shrunk, told and made a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  if isCanary {
    if let finding = canary.run(bytes) { fail(canary.shrink(finding), subject: "canary") }
  } else {
    if let finding = maple.run(bytes) { fail(maple.shrink(finding), subject: nil) }
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
