import Foundation
import Harness
import Operations
import Testing

@testable import maplecheck

@Suite("A subject that misbehaves", .serialized)
struct BoundTests {
  private struct Found {
    var kind: String
    var text: String
    var script: Script
  }

  /// Checks a library, and returns what was found.
  private func check(_ library: MisbehavingLibrary, _ options: [String] = []) throws -> Found {
    let scratch = try ScratchDirectory()
    let path = try library.compile(in: scratch)
    let result = try CommandProcess(
      ["check", "--subject", path, "--json", "--operations", "50000", "--call-time", "0.5", "--memory", "64"] + options)
    #expect(result.status == 1, "\(result.errors)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let finding = try #require(object["finding"] as? [String: Any])
    let violation = try #require(finding["violation"] as? [String: Any])
    let script = try #require(finding["script"] as? String)
    return Found(
      kind: try #require(violation["kind"] as? String), text: try #require(violation["found"] as? String),
      script: try ScriptText.parse(Array(script.utf8), file: "found"))
  }

  @Test(
    "does not take the check with it, which finds the call and shrinks the script",
    arguments: zip(
      MisbehavingLibrary.allCases,
      [
        ViolationKind.endlessCall, .endlessCall, .endlessCall, .tookTooMuchMemory, .crashed, .crashed, .crashed,
        .crashed,
      ]))
  func isFound(library: MisbehavingLibrary, kind: ViolationKind) throws {
    let found = try check(library)
    #expect(found.kind == kind.rawValue)
    // Three ranges, and the call.
    #expect(found.script.operations.count <= 5, "\(ScriptText.print(found.script))")
    if library == .recurses { #expect(found.text == "SIGSEGV: the stack is used up") }
    if library == .followsNull { #expect(found.text == "SIGSEGV") }
    if library == .exits { #expect(found.text == "the process ended with status 0") }
  }

  @Test("is found in a sweep too, with a script that replays without the sweep")
  func isFoundInSweep() throws {
    let found = try check(.followsNull, ["--failures"])
    #expect(found.kind == "crashed")
    #expect(found.script.operations.count <= 5)
  }

  @Test("is told the same with one process as with several")
  func jobs() throws {
    let one = try check(.followsNull, ["--jobs", "1", "--seed", "7"])
    let three = try check(.followsNull, ["--jobs", "3", "--seed", "7"])
    #expect(one.script == three.script && one.text == three.text)
  }
}
