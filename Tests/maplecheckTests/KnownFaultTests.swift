import Foundation
import Testing

@testable import maplecheck

@Suite("Faults that a library knows of itself", .enabled(if: FaultyLibrary.compiler != nil, "no C compiler is found"))
struct KnownFaultTests {
  @Test("are stepped around and named, and show where it is asked for")
  func replay() throws {
    let scratch = try ScratchDirectory()
    let choice = ["--subject", try FaultyLibrary.compile(in: scratch)]
    let script = try scratch.write("script.maple", FaultyLibrary.script)
    let quiet = try CommandProcess(["replay"] + choice + [script])
    #expect(quiet.status == 0)
    #expect(quiet.output.contains("1 known fault stepped around, which --expose-known shows: loses-the-rest\n"))
    let exposed = try CommandProcess(["replay", "--expose-known"] + choice + [script])
    #expect(exposed.status == 1)
    #expect(exposed.output.contains("wrongTouchedSlot at operation 3"))
    #expect(!exposed.output.contains("stepped around"))
  }

  @Test("are named by a check, which finds them where it is asked to, and says so in the command that replays")
  func check() throws {
    let scratch = try ScratchDirectory()
    let choice = ["--subject", try FaultyLibrary.compile(in: scratch), "--operations", "20000"]
    let quiet = try CommandProcess(["check"] + choice)
    #expect(quiet.status == 0)
    #expect(quiet.output.contains("known       1 known fault stepped around"))
    let exposed = try CommandProcess(["check", "--expose-known", "--json"] + choice)
    #expect(exposed.status == 1)
    let report = try #require(JSONSerialization.jsonObject(with: Data(exposed.output.utf8)) as? [String: Any])
    #expect(report["knownFaultsSteppedAround"] as? [String] == [])
    let finding = try #require(report["finding"] as? [String: Any])
    #expect((finding["replay"] as? [String])?.contains("--expose-known") == true)
  }

  @Test("belong to libraries", arguments: ["check", "replay"])
  func refused(command: String) throws {
    let result = try CommandProcess(
      [command, "--expose-known"] + (command == "replay" ? ["-"] : []), input: canaryScript)
    #expect(result.status == 2)
    #expect(result.errorLines.count == 1 && result.errors.contains("--expose-known: expected a library"))
  }
}
