import Foundation
import Support
import Testing

@testable import maplecheck

@Suite("maplecheck prove")
struct ProveTests {
  private static let root = ProjectFolder.ofSource()

  /// The formulas that are least, with one of them changed.
  private func formulas(_ old: String = "", _ new: String = "") throws -> String {
    let file = Self.root.appendingPathComponent("models/bounds/tight.toml")
    let text = try String(contentsOf: file, encoding: .utf8)
    return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
  }

  private func write(_ text: String, _ scratch: ScratchDirectory) throws -> String {
    try scratch.write("mine.toml", text)
  }

  @Test("ends with 0 where no formula of a file is too low, and says that each is the least")
  func tight() throws {
    let scratch = try ScratchDirectory()
    let result = try CommandProcess(["prove", "bounds", "--height", "2", try write(formulas(), scratch)])
    #expect(result.status == 0, "\(result.errors)")
    let rows = result.output.split(separator: "\n").prefix(10).map { $0.split(separator: " ") }
    #expect(rows[0].first == "kind")
    #expect(rows.dropFirst().filter { $0[1] == "tight" }.count == 9)
    // Only what the file asks is proved, and nobody watches who would want to see it go on.
    #expect(result.output.contains("9 proofs, "))
    #expect(result.errors.isEmpty)
  }

  @Test(
    "begins with a line for each kind, prints no line of more than 100 columns, and proves only the kinds asked for")
  func shortAnswers() throws {
    let scratch = try ScratchDirectory()
    let file = try write(formulas("2 * height - 1", "2 * height - 2"), scratch)
    let folder = scratch.path + "/found"
    let kinds = ["--kind", "rebalance", "--kind", "append"]
    let result = try CommandProcess(["prove", "bounds", "--height", "3", file, "--scripts", folder] + kinds)
    #expect(result.status == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines[1].hasPrefix("  append ") && lines[2].hasPrefix("  rebalance  UNSOUND, 1 short at heights 2...3 "))
    // A command with the path of a file is as long as the path.
    #expect(lines.allSatisfy { $0.count <= 100 || $0.contains(scratch.path) })
    #expect(result.output.contains("2 proofs, 1 formula too low, "))
    // What breaks the formula is written, and shows it.
    let script = "\(folder)/tight-rebalance.maple"
    #expect(result.output.contains("replay it with: maplecheck replay --subject maple-6.12 \(script)\n"))
    let shown = try CommandProcess(["replay", "--subject", "maple-6.12", script])
    #expect(shown.status == 1 && shown.output.contains("tookMoreNodes"))
    #expect(try CommandProcess(["replay", "--subject", "maple-6.12", "\(folder)/tight-append.maple"]).status == 0)
    #expect(try CommandProcess(["prove", "--kind", "append"]).status == 2)
  }

  @Test("proves one proof by its name, and compares it with its pin; lists all with their claims")
  func names() throws {
    let scratch = try Self.inProject()
    let one = try CommandProcess(["prove", "growth/new-root/plain", "--verbose"], in: scratch)
    #expect(one.status == 0, "\(one.errors)")
    #expect(one.output.hasPrefix("growth/new-root/plain: proved. A new root has two items. 6 paths, "))
    #expect(one.output.contains("node-capacity (needed)") && one.output.contains("1 proof, "))
    #expect(try CommandProcess(["prove", "tight/append", "growth"], in: scratch).output.contains("5 proofs, "))
    let list = try CommandProcess(["prove", "--list", "teardown"], in: scratch)
    #expect(list.status == 0 && list.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(list.output.contains("7.3/nothing-left: proved, about "))
    let json = try CommandProcess(["prove", "--list", "dup", "--json"], in: scratch)
    #expect(json.output.contains("\"claim\" : \"A tree of 21 entries has from 3 to 8 nodes.\""))
  }

  @Test("tells what the answers rest on if it is asked to, in lines of at most 100 columns")
  func verbose() throws {
    let result = try CommandProcess(["prove", "dup", "--verbose"], in: try Self.inProject())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("premises: ") && result.output.contains("nodes/plain/21-entries"))
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let short = try CommandProcess(["prove", "dup"], in: try Self.inProject())
    #expect(short.output.split(separator: "\n").count == 2)
  }

  @Test(
    "ends with 1 where a formula is one node short, and prints a script in which the tree takes one more than asked",
    arguments: [("3 * height\"", "3 * height - 1\""), ("2 * height - 1", "2 * height - 2")])
  func oneShort(old: String, new: String) throws {
    let scratch = try ScratchDirectory()
    let file = try write(formulas(old, new), scratch)
    let result = try CommandProcess(["prove", "bounds", "--height", "2", file])
    #expect(result.status == 1)
    #expect(result.output.contains("UNSOUND"))
    let shown = try #require(
      result.output.range(of: "replay it with: maplecheck replay --subject maple-6.12 - <<'end'\n"))
    let script = try #require(result.output[shown.upperBound...].components(separatedBy: "\nend\n").first) + "\n"
    // The script allows what the formula asks for, which is one too few.
    let short = try CommandProcess(["replay", "--subject", "maple-6.12", "-"], input: script)
    #expect(short.status == 1)
    #expect(short.output.contains("tookMoreNodes"))
    let order = try #require(script.range(of: "at-most [0-9]+", options: .regularExpression))
    let asked = try #require(Int(script[order].dropFirst("at-most ".count)))
    let more = script.replacingCharacters(in: order, with: "at-most \(asked + 1)")
    let enough = try CommandProcess(["replay", "--subject", "maple-6.12", "-"], input: more)
    #expect(enough.status == 0, "\(enough.output)")
  }

  @Test("says the same with any number of processes, but for the seconds")
  func jobs() throws {
    let scratch = try Self.inProject()
    // Formulas that are enough and one that is not, in trees that share explorations and others.
    let short = try write(formulas("2 * height - 1", "2 * height - 2"), scratch)
    let bounds = ["bounds", "--height", "2", short, "models/bounds/linux-6.16.toml", "models/bounds/linux-7.3.toml"]
    for words in [["dup"], bounds] {
      let results = try ["1", "3"].map { jobs in
        let result = try CommandProcess(["prove", "--json", "--jobs", jobs] + words, in: scratch)
        #expect(result.status == (words == bounds ? 1 : 0), "\(result.errors)")
        return try withoutSeconds(result.output)
      }
      #expect(results[0] == results[1])
      #expect(results[0].contains(words == bounds ? "unsound" : "nodes/gaps/straight-line"))
    }
  }

  private func withoutSeconds(_ json: String) throws -> String {
    #expect(json.contains("\"seconds\" : "))
    return json.split(separator: "\n").filter { !$0.contains("\"seconds\" : ") }.joined(separator: "\n")
  }

  @Test("tells of which proof the process died, in one line, with status 3")
  func deadProcess() throws {
    let scratch = try Self.inProject()
    let killer = try scratch.write(
      "killer",
      """
      #!/bin/sh
      "$@" &
      for attempt in $(seq 3000); do
        read -r child rest < /proc/$!/task/$!/children
        [ -n "$child" ] && break
        sleep 0.01
      done
      kill -9 $child
      wait $!
      """)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: killer)
    let killed = try CommandProcess(["prove", "teardown", "--jobs", "1"], in: scratch, by: killer)
    #expect(killed.status == 3)
    let kind = ["6.1", "B", "6.12", "6.16", "7.3"].first { killed.errors.contains("maplecheck: \($0)") }
    #expect(kind != nil && killed.errors.contains(": the process that proved it was ended by SIGKILL"))
    #expect(killed.errorLines.filter { $0.hasPrefix("maplecheck: ") }.count == 1, "\(killed.errors)")
  }

  @Test("tells of which proof the process took more memory than it may")
  func memory() throws {
    let scratch = try ScratchDirectory()
    let file = try write(formulas(), scratch)
    let kind = ["--kind", "spanning-store", "--height", "4"]
    let result = try CommandProcess(["prove", "bounds", file, "--memory", "16"] + kind)
    #expect(result.status == 3)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.hasPrefix("maplecheck: tight/spanning-store: "))
  }

  @Test("writes each question with its answer")
  func questions() throws {
    let scratch = try ScratchDirectory()
    let folder = scratch.path + "/queries"
    let result = try CommandProcess(["prove", "dup", "--smt", folder], in: try Self.inProject())
    #expect(result.status == 0, "\(result.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.count > 100)
    #expect(files.allSatisfy { $0.hasSuffix("-sat.smt2") || $0.hasSuffix("-unsat.smt2") })
    #expect(files.contains { $0.hasSuffix("-sat.smt2") } && files.contains { $0.hasSuffix("-unsat.smt2") })
  }

  /// A folder from which the package's own formulas and pins are found.
  private static func inProject() throws -> ScratchDirectory {
    let scratch = try ScratchDirectory()
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("models"), to: URL(fileURLWithPath: scratch.path + "/models"))
    return scratch
  }

  @Test("tells what differs from the pins, with status 1, and takes it where it is told to")
  func pins() throws {
    let scratch = try Self.inProject()
    let pins = scratch.path + "/models/expected.json"
    let before = try String(contentsOfFile: pins, encoding: .utf8)
    let name = "nodes/plain/straight-line"
    #expect(before.contains(name))
    try before.replacingOccurrences(of: name, with: "nodes/gone").write(
      toFile: pins, atomically: true, encoding: .utf8)
    let differs = try CommandProcess(["prove", "dup"], in: scratch)
    #expect(differs.status == 1)
    #expect(differs.errors.contains("nodes/gone") && differs.errors.contains(name))
    #expect(differs.errors.contains("--accept"))
    #expect(try CommandProcess(["prove", "dup", "--accept"], in: scratch).status == 0)
    #expect(try String(contentsOfFile: pins, encoding: .utf8) == before)
  }

  @Test(
    "refuses bad usage with status 2 and one clear line",
    arguments: [
      (["prove", "dup", "mine.toml"], "formulas belong to bounds"), (["prove", "--height", "32"], "--height"),
      (["prove", "bounds", "/nonexistent.toml"], "/nonexistent.toml"), (["prove", "--timeout", "0"], "--timeout"),
      (["prove", "--accept", "--height", "3"], "--accept"), (["prove", "--jobs", "0"], "--jobs"),
      (["prove", "dup", "--smt", "questions", "--jobs", "2"], "--smt"), (["prove", "--memory", "15"], "--memory"),
      (["prove", "growth", "--accept"], "--accept"),
    ])
  func refused(arguments: [String], expected: String) throws {
    let result = try CommandProcess(arguments)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(expected))
  }

  @Test("names the place of a fault in a formula file")
  func fault() throws {
    let scratch = try ScratchDirectory()
    let file = try write(formulas("2 * height - 1", "2 * hight - 1"), scratch)
    let result = try CommandProcess(["prove", "bounds", file])
    #expect(result.status == 2)
    #expect(result.errors.contains("mine.toml:") && result.errors.contains("hight"))
  }
}
