import ArgumentParser
import Foundation
import Harness
import Operations
import RangeMapCore
import SeededDefects
import Support
import Testing

@testable import Checking
@testable import Subjects
@testable import maplecheck

/// A script for the tests that need one as a value.
enum InputFileSample {
  static let script = Script(operations: [
    .fill(count: 40, first: 0, stride: 4, width: 2, .value(1)), .store(KeyRange(10, 90), nil, .maySleep),
    .duplicate(.maySleep),
  ])
}

extension SubjectWork {
  func maple() throws -> Result { try SubjectName.maple.run(self) }
}

@Suite("maplecheck check")
struct CheckTests {
  @Test("refuses lockstep with a subject without a shape", arguments: ["oracle", "canary"])
  func lockstepNeedsShape(subject: String) {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--lockstep", "--subject", subject]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(["--lockstep", "--failures"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["--lockstep", "--operations", "10"]) }
  }

  @Test("finds the canary within 5,000 operations, shrinks it, saves it, and prints a command that shows it again")
  func canary() throws {
    let scratch = try ScratchDirectory()
    let result = try CommandProcess(
      ["check", "--subject", "canary", "--save-to", "found", "--json", "--operations", "5000"], in: scratch)
    #expect(result.status == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let finding = try #require(object["finding"] as? [String: Any])
    #expect(try #require(finding["operations"] as? Int) <= 6)
    let file = try #require(finding["file"] as? String)
    #expect(file.hasPrefix("found/wrong"))
    let replay = try #require(finding["replay"] as? [String])
    #expect(replay == ["maplecheck", "replay", "--subject", "canary", file])
    #expect(try CommandProcess(Array(replay.dropFirst()), in: scratch).status == 1)
    let saved = try ScriptText.parse(Array(scratch.read(file).utf8), file: file)
    #expect(ScriptText.print(saved) == finding["script"] as? String)
  }

  @Test("prints what was found as text that holds the whole replay")
  func canaryText() throws {
    let result = try CommandProcess(["check", "--subject", "canary"])
    #expect(result.status == 1)
    #expect(result.output.contains("replay --subject canary - <<'end'\nmaple 1\n"))
    let tail = try #require(result.output.components(separatedBy: "<<'end'\n").last)
    let script = try #require(tail.components(separatedBy: "\nend\n").first) + "\n"
    #expect(try CommandProcess(["replay", "--subject", "canary", "-"], input: script).status == 1)
  }

  @Test("passes the tree and reports operations and rate")
  func maple() throws {
    let result = try CommandProcess(["check", "--operations", "20000", "--json"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let campaign = try #require(object["campaign"] as? [String: Any])
    #expect(try #require(campaign["operations"] as? Int) >= 20_000)
    #expect(try #require(object["operationsPerSecond"] as? Double) > 0)
    #expect(object["finding"] == nil)
  }

  @Test("of no operation is not passed", arguments: [["--operations", "0"], ["--time", "0"]])
  func nothingDone(limit: [String]) throws {
    let result = try CommandProcess(["check"] + limit)
    #expect(result.status == 3)
    #expect(result.errors == "maplecheck: no operation was made, so nothing was checked\n")
  }

  @Test("below its floor is not passed, and names what is missing")
  func floor() throws {
    let scratch = try ScratchDirectory()
    let low = try scratch.write("low", "operation store: ok 5\n")
    #expect(try CommandProcess(["check", "--operations", "5000", "--floor", low]).status == 0)
    let high = try scratch.write("high", "operation store: ok 5\nno such cell 3\n")
    let result = try CommandProcess(["check", "--operations", "5000", "--floor", high])
    #expect(result.status == 3)
    #expect(result.output.contains("not reached: no such cell: 0 of 3\n"))
  }

  @Test("begins with the layout of a process, and goes on near it")
  func maps() throws {
    let script = try MapsText.script(file: "/proc/self/maps")
    #expect(script.operations.count > 5)
    var campaign = Campaign<CanarySubject>(firstSeed: 1, configuration: script.configuration) {
      CanarySubject(configuration: $0)
    }
    campaign.openings = [script]
    let generated = campaign.script(seed: 3, count: script.operations.count + 200)
    #expect(generated.operations.starts(with: script.operations))
    #expect(generated.configuration == script.configuration)
    let starts = script.operations.compactMap { $0.kind == .store ? $0.range.first : nil }
    let near = generated.operations.dropFirst(starts.count).count { operation in
      let range = operation.range
      return operation.kind == .store
        && starts.contains { range.first >= $0 && range.first - $0 < 1 << 20 }
    }
    #expect(near > 10)
    #expect(try CommandProcess(["check", "--maps", "/proc/self/maps", "--operations", "20000"]).status == 0)
  }

  @Test("has every run a failure sweep where it is asked to")
  func failures() throws {
    let result = try CommandProcess(
      ["check", "--failures", "--operations", "3000", "--json", "--gaps", "--geometry", "tiny"])
    #expect(result.status == 0)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let campaign = try #require(object["campaign"] as? [String: Any])
    #expect(campaign["sweeps"] as? Int == campaign["runs"] as? Int)
    #expect(try #require(campaign["refusals"] as? Int) > 0)
  }

  @Test("ends at Ctrl-C with what was done so far")
  func interruption() throws {
    let scratch = try ScratchDirectory()
    let process = Process()
    process.executableURL = CommandProcess.product
    process.arguments = ["check", "--operations", "1000000000"]
    let (output, errors) = (try scratch.write("output", ""), try scratch.write("errors", ""))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    try process.run()
    try waitUntilListening(process.processIdentifier)
    try waitUntilAtWork(process.processIdentifier)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 3)
    #expect(try scratch.read("output").contains("found       nothing\n"))
    #expect(try scratch.read("errors").hasPrefix("maplecheck: interrupted after "))
  }

  /// Waits until a process has a handler for SIGINT: a signal that comes before is lost.
  func waitUntilListening(_ process: Int32) throws {
    for _ in 0..<600 {
      let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
      if let mask = caught.flatMap({ UInt64($0, radix: 16) }), mask & 2 != 0 { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("the command does not listen")
  }

  /// Waits until a process has used half a second of a processor, so that there is something to tell of. How long that
  /// takes depends on the machine's load, and decides nothing.
  private func waitUntilAtWork(_ process: Int32) throws {
    for _ in 0..<6000 {
      let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      // The fields after the name, which may hold blanks: the 12th is the time in user mode, in hundredths of a second.
      let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
      if fields.count > 12, let ticks = Int(fields[12]), ticks >= 50 { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("the command does not work")
  }

  @Test("tells how long it will still take by the limit that comes first")
  func progressLine() {
    let byTime = ProgressMeter.line(1000, seconds: 2, timeLimit: 10, operationLimit: nil)
    #expect(byTime == "1000 operations, 500 a second, 8 s left")
    let byOperations = ProgressMeter.line(1000, seconds: 2, timeLimit: 10, operationLimit: 2000)
    #expect(byOperations == "1000 operations, 500 a second, 2 s left")
    #expect(ProgressMeter.line(0, seconds: 0, timeLimit: nil, operationLimit: 5) == "0 operations, 0 a second")
  }
}
