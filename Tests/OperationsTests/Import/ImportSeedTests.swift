import Foundation
import Operations
import RangeMapCore
import Support
import Testing

/// Where the seeds are, found from this file.
private let seedFolder = ProjectFolder.ofSource().appending(path: "corpus/tree/seeds")

private let seedNames: [String] =
  ((try? FileManager.default.contentsOfDirectory(atPath: seedFolder.path())) ?? []).filter { $0.hasSuffix(".maple") }
  .sorted()

@Suite("Seeds made from traces of real programs")
struct ImportSeedTests {
  @Test("There is a seed of each traced program")
  func programs() {
    for program in ["bash-forks", "clang-compile", "javac", "node-gc", "python-scipy", "python-threads"] {
      #expect(seedNames.contains { $0.hasPrefix(program) })
    }
  }

  @Test("A seed is the script of an address space, and says where it comes from", arguments: seedNames)
  func seed(name: String) throws {
    let bytes = Array(try Data(contentsOf: seedFolder.appending(path: name)))
    let script = try ScriptText.parse(bytes, file: name)
    #expect(script.configuration == MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true, hasExternalLock: true))
    #expect((20...4100).contains(script.operations.count))
    #expect(bytes.count { $0 == UInt8(ascii: "#") } >= 2)
    for operation in script.operations {
      if operation.kind == .store { #expect(operation.range.isValid && operation.range.last < 1 << 52) }
    }
  }

  @Test("All seeds together stay small")
  func size() throws {
    var total = 0
    for name in seedNames { total += try Data(contentsOf: seedFolder.appending(path: name)).count }
    #expect(total < 1_500_000)
  }
}
