import Foundation
import Operations
import RangeMapCore
import Testing

@testable import maplecheck

@Suite(
  "What is found and known by a script", .serialized,
  .enabled(if: FaultyLibrary.compiler != nil, "no C compiler is found"))
struct KnownScriptTests {
  /// The other fault: a search says an index too much once there are 13 ranges.
  private static let searchFault = [
    ("*index = map->ranges[place].last + 1;", "*index = map->ranges[place].last + 1 + (map->count > 12);")
  ]
  /// The first fault in every call, and nobody who knows of it.
  private static let alwaysExposed = [
    ("static bool exposed;", "static bool exposed = true;"),
    (".known_faults = faults, .set_known_faults_exposed = set_exposed,", ""),
  ]

  /// A run in which the first fault comes first.
  private static let seed = ["--seed", "3"]

  /// What a check of a library came to.
  private struct Outcome {
    var status: Int32
    /// Kinds of violations, and how often known scripts were met.
    var kinds: [String]
    var known: [String: Int]
    var scripts: [String]
  }

  private func check(
    edits: [(String, String)], known scripts: [String: String]?, _ options: [String] = []
  ) throws -> Outcome {
    let scratch = try ScratchDirectory()
    let library = try FaultyLibrary.compile(in: scratch, edits: edits)
    var folder = "none"
    if let scripts {
      folder = "\(scratch.path)/known/deep"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in scripts { _ = try scratch.write("known/deep/\(name).maple", text) }
      folder = "\(scratch.path)/known"
    }
    return try outcome(of: ["--subject", library, "--known", folder, "--operations", "20000", "--jobs", "2"] + options)
  }

  private func outcome(of options: [String]) throws -> Outcome {
    let run = try CommandProcess(["check", "--json"] + options)
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
    let findings = report["findings"] as? [[String: Any]] ?? []
    return Outcome(
      status: run.status,
      kinds: findings.compactMap { ($0["violation"] as? [String: Any])?["kind"] as? String },
      known: try #require(report["knownFindings"] as? [String: Int]),
      scripts: findings.compactMap { $0["script"] as? String })
  }

  @Test("does not hide what comes after it: both of two faults come out, and one is counted")
  func hidesNothing() throws {
    let edits = Self.searchFault + Self.alwaysExposed
    let hidden = try check(edits: edits, known: nil, Self.seed)
    #expect(hidden.status == 1 && hidden.kinds == ["wrongTouchedSlot"] && hidden.known.isEmpty)
    let both = try check(edits: edits, known: ["loses-the-rest": FaultyLibrary.script], Self.seed)
    #expect(both.status == 1 && both.kinds == ["wrongSearchIndex"])
    #expect(both.known.keys.sorted() == ["deep/loses-the-rest"] && both.known.values.allSatisfy { $0 > 0 })
  }

  @Test("is not found at all where it is the only fault, and is told in one line")
  func onlyKnown() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.write("loses-the-rest.maple", FaultyLibrary.script)
    let library = try FaultyLibrary.compile(in: scratch, edits: Self.alwaysExposed)
    let run = try CommandProcess([
      "check", "--subject", library, "--known", scratch.path, "--operations", "1000",
    ])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("findings are known from \(scratch.path), which --known none tells: loses-the-rest ("))
    #expect(run.output.hasSuffix("found       nothing else\n"))
  }

  @Test("is counted too where a library was told to show what it knows of itself")
  func exposed() throws {
    let both = try check(
      edits: Self.searchFault, known: ["loses-the-rest": FaultyLibrary.script], ["--expose-known"] + Self.seed)
    #expect(both.kinds == ["wrongSearchIndex"])
    #expect(both.known.keys.sorted() == ["deep/loses-the-rest"])
  }

  /// The other fault loses the same in the same way, high up, and is none of those that the library steps around.
  /// Shrinking would lower its indices until it is the known one.
  @Test("is not what shows also while the library steps around the faults that it knows of itself")
  func alike() throws {
    let edits = [("if ((exposed && entry ?", "if (((exposed || first >> 8) && entry ?")]
    let both = try check(edits: edits, known: ["loses-the-rest": FaultyLibrary.script], ["--expose-known"])
    #expect(both.status == 1 && both.kinds == ["wrongTouchedSlot"])
    let script = try #require(both.scripts.first)
    let last = try #require(try ScriptText.parse(Array(script.utf8), file: "found").operations.last)
    #expect(last.kind == .store && last.range.first >= 256)
  }

  @Test("hides no finding of the same check that another sequence leads to")
  func otherSequence() throws {
    let edits = [
      ("size_t count, capacity;", "size_t count, capacity; bool emptied;"),
      ("map->count = 0; }", "map->count = 0; map->emptied = true; }"),
      ("if ((exposed && entry ?", "if ((map->emptied && entry ?"),
    ]
    let known = ["loses-the-rest": FaultyLibrary.script]
    let other = try check(edits: edits, known: known)
    #expect(other.status == 1 && other.kinds == ["wrongTouchedSlot"] && other.known.isEmpty)
    #expect(other.scripts.allSatisfy { $0.contains("clear") })
  }

  @Test("hides nothing if its script shows nothing here")
  func matchesNothing() throws {
    let script = "maple 1\ntree\nstore 0x1 a\nload 0x1\n"
    let edits = Self.searchFault + Self.alwaysExposed
    let found = try check(edits: edits, known: ["shows-nothing": script])
    let plain = try check(edits: edits, known: nil)
    #expect(found.kinds == plain.kinds && found.scripts == plain.scripts && found.known.isEmpty)
  }

  @Test("may end the process", arguments: [MisbehavingLibrary.followsNull, .recurses])
  func endsProcess(library: MisbehavingLibrary) throws {
    let scratch = try ScratchDirectory()
    let path = try library.compile(in: scratch)
    for (name, entry) in [("bad", "b"), ("null", "-")] {
      _ = try scratch.write("\(name).maple", "maple 1\ntree\nfill 3 stride 2 width 1 a\nstore 0x10 \(entry)\n")
    }
    let options = ["--subject", path, "--operations", "40"]
    #expect(try outcome(of: options).kinds == ["crashed"])
    let known = try outcome(of: options + ["--known", scratch.path])
    #expect(known.status == 0 && known.kinds.isEmpty)
    #expect(known.known["bad"] ?? 0 > 0)
  }

  @Test("is known of any subject, and counted the same with any number of processes")
  func anySubject() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.write("canary.maple", canaryScript)
    let options = ["--subject", "canary", "--known", scratch.path, "--operations", "4000", "--keep-going"]
    let one = try outcome(of: options + ["--jobs", "1"])
    let three = try outcome(of: options + ["--jobs", "3"])
    #expect(one.known == three.known && one.kinds == three.kinds && one.scripts == three.scripts)
    #expect(one.known["canary"] ?? 0 > 0)
  }

  @Test("comes from a folder that is there, has scripts, and is asked for where it means something")
  func refused() throws {
    let scratch = try ScratchDirectory()
    let empty = try CommandProcess(["check", "--known", scratch.path])
    #expect(
      empty.status == 2
        && empty.errors == "\(scratch.path):1:1: expected a folder of scripts, or none, found no script\n")
    let missing = try CommandProcess(["check", "--known", "\(scratch.path)/nothing"])
    #expect(missing.status == 2 && missing.errors.contains("expected a folder of scripts, or none, found no folder"))
    _ = try scratch.write("broken.maple", "maple 1\ntree\nstroe 1 a\n")
    let broken = try CommandProcess(["check", "--known", scratch.path])
    #expect(broken.status == 2 && broken.errors.hasPrefix("\(scratch.path)/broken.maple:3:1: expected"))
    let lockstep = try CommandProcess(["check", "--lockstep", "--known", "none"])
    #expect(lockstep.status == 2 && lockstep.errors.hasPrefix("Error: --known"))
  }
}
