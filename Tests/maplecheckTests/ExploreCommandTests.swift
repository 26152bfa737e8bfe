import Foundation
import Support
import Testing

@Suite("maplecheck explore")
struct ExploreCommandTests {
  /// The numbers of a report that do not depend on the machine.
  private func counts(_ output: String) -> [Substring] {
    output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return ["transitions", "states", "refused", "reads"].contains(words.first) ? words[1] : nil
    }
  }

  @Test("in four processes at once comes to the counts of one")
  func shards() throws {
    let scratch = try ScratchDirectory()
    let whole = try CommandProcess(["explore", "--indices", "4"])
    #expect(whole.status == 0 && counts(whole.output).count == 4)
    // Each part waits for the others.
    let all = try program(
      """
      for shard in 1 2 3; do "$@" --shard $shard/4 > /dev/null & done
      exec "$@" --shard 4/4
      """, in: scratch)
    let arguments = ["explore", "--indices", "4", "--folder", "\(scratch.path)/parts", "--jobs", "1"]
    #expect(try CommandProcess(arguments, by: all).status == 0)
    let merged = try CommandProcess(["explore", "--merge", "\(scratch.path)/parts"])
    #expect(merged.status == 0 && counts(merged.output) == counts(whole.output))
  }

  /// A program that is given the command.
  private func program(_ text: String, in scratch: ScratchDirectory) throws -> String {
    let path = try scratch.write("program.sh", "#!/bin/sh\n\(text)\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  @Test("that was killed goes on, and comes to the counts of one")
  func killed() throws {
    let scratch = try ScratchDirectory()
    let arguments = ["explore", "--indices", "5", "--jobs", "1"]
    let kill = try program("\"$@\" --folder '\(scratch.path)/states' & sleep 0.5; kill -9 $!; wait $!", in: scratch)
    _ = try CommandProcess(arguments, by: kill)
    let folder = "\(scratch.path)/states/shard-1-of-1"
    #expect(FileManager.default.fileExists(atPath: "\(folder)/settings.json"))
    let resumed = try CommandProcess(arguments + ["--folder", "\(scratch.path)/states"])
    let whole = try CommandProcess(arguments)
    #expect(resumed.status == 0 && counts(resumed.output) == counts(whole.output))
  }

  @Test("refuses a library that cannot be duplicated")
  func noDuplicate() throws {
    let scratch = try ScratchDirectory()
    let library = try MisbehavingLibrary.followsNull.compile(in: scratch)
    let run = try CommandProcess(["explore", "--indices", "4", "--subject", library])
    #expect(run.status == 2 && run.errors.contains("can be duplicated"))
  }

  @Test("finds the canary's fault with a script that replays")
  func canary() throws {
    let run = try CommandProcess(["explore", "--subject", "canary", "--indices", "8"])
    #expect(run.status == 1)
    let script = run.output.components(separatedBy: "<<'end'\n").last?.components(separatedBy: "end\n").first
    let replay = try CommandProcess(["replay", "--subject", "canary", "-"], input: try #require(script))
    #expect(replay.status == 1)
  }

  @Test(
    "refuses what does not go together",
    arguments: [
      (["--shard", "1/4"], "--folder"), (["--shard", "5/4", "--folder", "x"], "5/4"),
      (["--over", "1...2"], "--begin and --over"), (["--merge", "x", "--indices", "3"], "--merge"),
      (["--indices", "65"], "1 to 64"), (["--merge", "/nowhere"], "no shard"),
      (["--begin", "corpus/explore/three-levels.maple", "--over", "9...8"], "9...8"),
      (["--indices", "9", "--gaps", "--pinned", "--shard", "1/2", "--folder", "x"], "do not go with --shard"),
    ])
  func refusals(_ arguments: [String], complaint: String) throws {
    let run = try CommandProcess(["explore"] + arguments)
    #expect(run.status == 2 && run.errors.contains(complaint), "\(run.errors)")
  }
}
