import AddressSpaceModel
import ArgumentParser
import Foundation
import Scenarios
import Support
import Testing

@testable import Checking
@testable import Subjects
@testable import maplecheck

@Suite("A kernel's own fork as a subject")
struct KernelForkSubjectTests {
  @Test("is what linux means for scripts of forks, and the tree is linux-tree")
  func names() {
    let newest = KernelForkLibraries.path(of: KernelForkLibraries.newest)
    #expect(SubjectName(argument: "linux")?.ofForks == .kernelFork(path: newest, argument: "linux"))
    #expect(SubjectName(argument: "linux-fork") == .kernelFork(path: newest, argument: "linux-fork"))
    let old = KernelForkLibraries.path(of: "6.12")
    #expect(SubjectName(argument: "linux-6.12")?.ofForks == .kernelFork(path: old, argument: "linux-6.12"))
    #expect(SubjectName(argument: "linux-fork-6.12") == .kernelFork(path: old, argument: "linux-fork-6.12"))
    #expect(SubjectName(argument: "linux-fork:/x.so") == .kernelFork(path: "/x.so", argument: "linux-fork:/x.so"))
    for name in ["linux-tree", "linux-tree-6.12"] {
      guard case .library(let path, name)? = SubjectName(argument: name) else {
        Issue.record("\(name) is no tree")
        continue
      }
      #expect(path.hasSuffix("libmaplecheck-linux-corrected.so"))
      #expect(SubjectName(argument: name)?.ofForks == .library(path: path, argument: name))
    }
    for name in ["linux-fork-", "linux-fork:", "linux-tree-x", "linux-fork.."] {
      #expect(SubjectName(argument: name) == nil)
    }
    #expect(SubjectName.maple.ofForks == .maple)
  }

  @Test("has a design of its own, and is no tree")
  func refusals() throws {
    #expect(throws: (any Error).self) { try CheckCommand.parse(["fork", "--subject", "linux", "--design", "7.3"]) }
    #expect(throws: Never.self) { try CheckCommand.parse(["fork", "--subject", "linux-tree", "--design", "7.3"]) }
    let sweep = ["fork", "--sweep", "--vmas", "5", "--observer", "reaper"]
    #expect(throws: Never.self) { try CheckCommand.parse(sweep + ["--subject", "linux"]) }
    #expect(throws: (any Error).self) { try CheckCommand.parse(sweep) }
    let tree = try CommandProcess(["check", "--subject", "linux-fork"])
    #expect(tree.status == 2 && tree.errorLines.count == 1)
    #expect(tree.errors.hasPrefix("linux-fork: a kernel's own fork is no tree"))
  }

  @Test(
    "that is not built is one line that says how to build it", arguments: [["check", "fork"], ["replay"], ["shrink"]])
  func notBuilt(_ command: [String]) throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("x.fork", "fork 1\nvma 0x0...0xfff\nfork 7.3\n")
    let files = command == ["check", "fork"] ? [] : [script]
    let run = try CommandProcess(command + ["--subject", "linux-0.99"] + files)
    #expect(run.status == 2 && run.errorLines.count == 1)
    #expect(run.errors.contains("expected a kernel's fork, which make linux-fork builds ("))
  }

  @Test("does not take the check with it, which shrinks the script", arguments: MisbehavingKernel.allCases)
  func misbehaves(_ kernel: MisbehavingKernel) throws {
    let scratch = try ScratchDirectory()
    let path = try kernel.compile(in: scratch)
    let run = try CommandProcess(
      [
        "check", "fork", "--subject", path, "--known", "none", "--operations", "2000", "--call-time", "0.5", "--memory",
        "64", "--jobs",
        "1",
        "--save-to", scratch.path, "--json",
      ])
    #expect(run.status == 1, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let finding = try #require(result["finding"] as? [String: Any])
    #expect((finding["violation"] as? [String: Any])?["kind"] as? String == kernel.kind)
    // Two areas, and the fork. Each attempt at a call without end takes its time, so that shrinking may end early.
    #expect(finding["operations"] as? Int ?? .max <= (kernel == .loops ? 12 : 3), "\(finding["script"] ?? "")")
    let file = try #require(finding["file"] as? String)
    let replay = try CommandProcess(
      ["replay", "--subject", path, "--call-time", "0.5", "--memory", "64", "--trace", file])
    guard kernel != .crashes else {
      #expect(replay.status == 0, "\(replay.output)")
      #expect(
        replay.output.contains("kernel-is-silent: the kernel's code crashes: signal 11 in fork_space()"),
        "\(replay.output)")
      return
    }
    #expect(replay.status == 1 && replay.output.contains(" -> VIOLATION: \(kernel.kind)\n"))
  }
}

@Suite(
  "A kernel's own fork, from the command",
  .enabled(if: !KernelForkLibraries.built.isEmpty, "make linux-fork builds it"))
struct KernelForkCommandTests {
  private static let script = """
    fork 1
    vma 0x1000...0x3fff write
    vma 0x5000...0x5fff write file 0
    vma 0x7000...0x7fff write dont-copy
    touch 0x1000...0x3fff
    fork 7.3
    fork 7.3 fail 9 observe reaper
    expect clean

    """

  private func check(_ options: [String]) throws -> (status: Int32, result: [String: Any]) {
    let run = try CommandProcess(
      ["check", "fork", "--subject", "linux", "--jobs", "1", "--json"] + options)
    return (run.status, try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any] ?? [:])
  }

  @Test("keeps all laws in generated scenarios, and what the machine has not is counted")
  func generated() throws {
    let (status, result) = try check(["--operations", "400"])
    #expect(status == 0, "\(result)")
    #expect((result["library"] as? String)?.hasSuffix(", its own fork") == true)
    let campaign = try #require(result["campaign"] as? [String: Any])
    #expect(campaign["operations"] as? Int ?? 0 >= 400 && campaign["refusals"] as? Int ?? 0 > 100)
    let skipped = try #require(campaign["skipped"] as? [String: Int])
    #expect(skipped["choice of a batch"] ?? 0 > 0 && skipped["flag huge-page"] ?? 0 > 0)
    let cells = try #require((campaign["table"] as? [String: Any])?["cells"] as? [String: Int])
    #expect(cells["operation fork: failed"] == campaign["refusals"] as? Int)
    for step in ["mm", "lock", "vma", "chain"] { #expect(cells["step \(step) failed first"] ?? 0 > 0, "\(step)") }
    for observer in ["reaper", "folio", "fault", "reader"] {
      #expect(cells["observer \(observer) looked"] ?? 0 > 0, "\(observer)")
    }
    for call in ["unmap", "remap", "vma"] { #expect(cells["operation \(call): a step refused"] ?? 0 > 0, "\(call)") }
    #expect(cells["known fault mremap-charges-for-ever"] ?? 0 > 0)
  }

  @Test("shows a known fault if none is to be passed by, and shrinks it to the call")
  func exposesKnown() throws {
    let (status, result) = try check(["--operations", "3000", "--known", "none"])
    #expect(status == 1)
    let finding = try #require(result["finding"] as? [String: Any])
    #expect(finding["operations"] as? Int ?? .max <= 6, "\(finding["script"] ?? "")")
  }

  @Test("fails at each step, once and for ever, with every observer, in each run of a sweep")
  func sweeps() throws {
    let (status, result) = try check(["--operations", "500", "--failures"])
    #expect(status == 0)
    let campaign = try #require(result["campaign"] as? [String: Any])
    let forks = try #require(campaign["operations"] as? Int)
    #expect((campaign["refusals"] as? Int ?? 0) * 10 > forks * 9)
    let cells = try #require((campaign["table"] as? [String: Any])?["cells"] as? [String: Int])
    let looked = ["reaper", "swap-off", "reverse-map"].map { cells["observer \($0) looked"] ?? 0 }
    #expect(looked.allSatisfy { $0 > 0 })
  }

  @Test("begins with a script's calls, and with the layout of a process")
  func begins() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("x.fork", Self.script)
    for options in [["--begin", script], ["--maps", "/proc/self/maps"]] {
      #expect(try check(["--operations", "20"] + options).status == 0)
    }
  }

  @Test("fails at each step of layouts, of files and designed, with each observer")
  func sweepsLayouts() throws {
    let scratch = try ScratchDirectory()
    let maps = try scratch.write(
      "maps",
      "00400000-00402000 r-xp 00000000 08:01 7 /bin/x\n00500000-00501000 rw-p 00000000 00:00 0\n"
        + "00600000-00601000 rw-s 00000000 00:00 0\n")
    let log = try scratch.write(
      "log", "10 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n10 fork() = 11\n")
    let run = try CommandProcess([
      "check", "fork", "--subject", "linux", "--sweep", maps, log, "--vmas", "12", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let sweeps = try #require(result["sweeps"] as? [[String: Any]])
    #expect(sweeps.count == 3 * SweepObserver.all.count)
    #expect(sweeps.allSatisfy { $0["tried"] as? Int ?? 0 > 10 && $0["design"] == nil })
    #expect(sweeps.allSatisfy { ($0["failedForks"] as? Int ?? 0) * 2 > $0["tried"] as? Int ?? 0 })
    #expect(Set(sweeps.compactMap { $0["observer"] as? String }).count == SweepObserver.all.count)
    #expect((sweeps[0]["skipped"] as? [String: Int])?["shared memory without a file"] == 1)
  }

  @Test("finds in a sweep what 6.12 does without end", .enabled(if: KernelForkLibraries.built.contains("6.12")))
  func sweepFinds() throws {
    let scratch = try ScratchDirectory()
    let maps = try scratch.write(
      "log",
      (0..<60).map { place in
        let start = 0x400000 + place * 0x2000
        let map = "10 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x\(String(start, radix: 16))\n"
        return place % 5 == 0 ? map : map + "10 madvise(0x\(String(start, radix: 16)), 4096, MADV_DONTFORK) = 0\n"
      }.joined())
    let options = ["check", "fork", "--sweep", maps, "--mode", "forever", "--observer", "none", "--subject"]
    let run = try CommandProcess(options + ["linux-6.12"])
    #expect(run.status == 1 && run.output.contains("kernel-is-silent at "), "\(run.output)\(run.errors)")
    #expect(try CommandProcess(options + ["linux"]).status == 0)
  }

  @Test(
    "costs what is measured beside the kernel that stores the copies one by one",
    .enabled(if: KernelForkLibraries.built.contains("6.1"), "make linux-fork builds 6.1"))
  func bench() throws {
    let run = try CommandProcess(
      ["bench", "fork", "--subject", "linux-fork", "--sizes", "21", "121", "421", "--rounds", "1", "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let counts = try #require(result["counts"] as? [[String: Any]])
    for row in counts {
      let (vmas, parent) = (row["vmas"] as? Int, row["nodesInParent"] as? Int)
      for way in ["oneByOne", "duplicate"] {
        let value = try #require(row[way] as? [String: Any])
        #expect((value["objects"] as? [String: Int])?["vm_area_struct"] == vmas)
        // Entries that are stored in order, in bulk, leave nodes no emptier than the parent's by a third.
        #expect(value["nodesInCopy"] as? Int ?? 0 > 0 && value["nodesInCopy"] as? Int ?? 0 <= (parent ?? 0) * 3 / 2 + 3)
        #expect(value["nodesTaken"] as? Int ?? 0 >= value["nodesInCopy"] as? Int ?? .max)
      }
    }
    #expect((result["lines"] as? [Any])?.count == 6)
    let other = try CommandProcess(["bench", "fork", "--subject", "linux-fork", "--real"])
    #expect(other.status == 2 && other.errors.contains("--real"))
  }

  @Test("replays a script, traces it, and lets each step fail")
  func replay() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("x.fork", Self.script)
    let run = try CommandProcess(["replay", "--subject", "linux", "--trace", "--failures", file])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("6  fork 7.3 -> forked, and the child of 2 vmas was torn down; steps: 1 mm, 1 pgd, "))
    #expect(run.output.contains(" observe reaper -> failed at step 9, "))
    #expect(run.output.contains("in a sweep, of which ") && run.output.contains("as expected: nothing found\n"))
  }

  @Test("says what a script names that the machine has not, and decides nothing then")
  func lacking() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("x.fork", Self.script.replacing("observe reaper", with: "observe migration"))
    let run = try CommandProcess(["replay", "--subject", "linux", file])
    #expect(run.status == 3)
    #expect(run.output.contains("NOT decided") && run.output.contains("has no observer migration: 1 line\n"))
  }

  @Test(
    "6.12 erases an area that is not copied without end: found from its script, shrunk and known",
    .enabled(if: KernelForkLibraries.built.contains("6.12"), "make linux-fork builds 6.12"))
  func known() throws {
    let folder = "\(ProjectFolder.ofSource().path)/corpus/linux-fork"
    let file = "\(folder)/erasure-without-end.fork"
    let options = ["--subject", "linux-6.12", file]
    #expect(try CommandProcess(["replay"] + options).status == 0)
    let shrunk = try CommandProcess(["shrink"] + options)
    #expect(shrunk.status == 0 && shrunk.output.hasSuffix("expect violation kernel-is-silent\n"))
    #expect(try CommandProcess(["replay", "--subject", "linux-7.3", file]).status == 3)
  }
}
