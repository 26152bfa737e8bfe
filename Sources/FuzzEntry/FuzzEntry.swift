import Glibc
import Harness
import Operations
import RangeMapCore
import Support

/// What the libFuzzer targets of range maps and of forks have in common.
package enum FuzzEntry {
  /// How inputs are changed. libFuzzer has one thread.
  nonisolated(unsafe) package static var mutation = FuzzEntryMutation.tree
  /// The sizes of the subject's nodes where it has no others, so that what is to fill them does. libFuzzer has one
  /// thread.
  nonisolated(unsafe) package static var geometry: GeometryName?

  /// The value of an environment variable; `nil` where it is not set.
  package static func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Stops because of bad input.
  package static func stop(_ message: String) -> Never {
    StandardStream.error.write(message + "\n")
    exit(2)
  }

  /// Whether inputs are shown as scripts and not run: `MAPLECHECK_PRINT` is 1. What the sanitizer stopped can be read
  /// so.
  package static let onlyPrints = setting("MAPLECHECK_PRINT") == "1"

  /// Shows an input as the script that is run for it.
  package static func show(_ script: Script) { StandardStream.output.write(ScriptText.print(script)) }

  /// Tells what was done so far, with the table of cells where `MAPLECHECK_TABLE` is 1.
  package static func tell(_ summary: FuzzingSummary) {
    let table = setting("MAPLECHECK_TABLE") == "1" ? summary.table.text : ""
    StandardStream.error.write("\(table)\(summary.text)\n")
  }

  /// Tells of a finding, keeps it where `MAPLECHECK_SAVE` is 1, and stops as a crash, so that libFuzzer keeps the
  /// input.
  package static func fail(_ finding: Finding<Script>, subject: String?) -> Never {
    var file: String?
    if setting("MAPLECHECK_SAVE") == "1" {
      do throws(WholeFileError) {
        file = try finding.save(in: Script.regressionDirectory)
      } catch {
        StandardStream.error.write("not saved: \(error)\n")
      }
    }
    let command = setting("MAPLECHECK_COMMAND") ?? "maplecheck"
    let replay = subject.map { "replay --subject \($0)" } ?? "replay"
    StandardStream.error.write("\n" + finding.report(savedAs: file, replay: replay, command: command))
    abort()
  }
}

extension FuzzEntry {
  /// Hands the process over to libFuzzer, with the arguments of the command line.
  package static func run(_ runInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32) -> Never {
    var argumentCount = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runFuzzer(&argumentCount, &arguments, runInput))
  }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ runInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

@_silgen_name("LLVMFuzzerMutate")
private func changeBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ greatestSize: Int) -> Int

/// How the inputs of a target are changed. Both ways get the greatest size of the result, and a seed.
package struct FuzzEntryMutation {
  package typealias Bytes = UnsafeRawBufferPointer

  /// A changed input; `nil` if libFuzzer is to change the bytes itself.
  let change: (Bytes, Int, UInt64) -> [UInt8]?
  /// Parts of two inputs as one.
  let join: (Bytes, Bytes, Int, UInt64) -> [UInt8]

  package init(
    change: @escaping (Bytes, Int, UInt64) -> [UInt8]?, join: @escaping (Bytes, Bytes, Int, UInt64) -> [UInt8]
  ) {
    (self.change, self.join) = (change, join)
  }

  /// Of operations on a range map.
  static var tree: FuzzEntryMutation {
    FuzzEntryMutation(
      change: {
        FuzzingMutation.mutate($0, greatestSize: $1, geometry: FuzzEntry.geometry, seed: $2)
      },
      join: { FuzzingMutation.crossOver($0, $1, greatestSize: $2, seed: $3) })
  }
}

/// Changes an input.
@_cdecl("LLVMFuzzerCustomMutator")
package func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ greatestSize: Int, _ seed: UInt32) -> Int {
  let changed = FuzzEntry.mutation.change(UnsafeRawBufferPointer(start: data, count: size), greatestSize, UInt64(seed))
  guard let changed else { return changeBytes(data, size, greatestSize) }
  data.update(from: changed, count: changed.count)
  return changed.count
}

/// Joins parts of two inputs.
@_cdecl("LLVMFuzzerCustomCrossOver")
package func crossOver(
  _ first: UnsafePointer<UInt8>?, _ firstSize: Int, _ second: UnsafePointer<UInt8>?, _ secondSize: Int,
  _ output: UnsafeMutablePointer<UInt8>, _ greatestSize: Int, _ seed: UInt32
) -> Int {
  let joined = FuzzEntry.mutation.join(
    UnsafeRawBufferPointer(start: first, count: firstSize), UnsafeRawBufferPointer(start: second, count: secondSize),
    greatestSize, UInt64(seed))
  output.update(from: joined, count: joined.count)
  return joined.count
}
