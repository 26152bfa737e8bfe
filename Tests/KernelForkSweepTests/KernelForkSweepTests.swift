import Foundation
import Support
import Testing

/// A sample of the faults that `scripts/fork-edits` seeds: those that the other tests cannot make.
@Suite("A fault that is seeded in a copy of a kernel's file", .serialized)
struct KernelForkSweepTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The program beside the tests.
  private static let sweep = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("KernelForkSweep")

  private static var isBuilt: Bool {
    ["6.12", "7.3"].allSatisfy {
      FileManager.default.fileExists(atPath: root.appendingPathComponent(".build/linux-fork/\($0)/plain/list").path)
    }
  }

  /// Builds an edit, and sweeps it: the lines that say what was found, by their fields.
  private func sweep(_ version: String, _ edit: String) throws -> [[Substring]] {
    let build = try ProgramRun(Self.root.appendingPathComponent("Adapters/linux-fork/edit.sh").path, [version, edit])
    try #require(build.status == 0, "\(build.errors)")
    let library = Self.root.appendingPathComponent(".build/linux-fork/\(version)/edits/\(edit)/library.so").path
    // A fault may leave the sweep without an end.
    let run = try ProgramRun("timeout", ["60", Self.sweep.path, "--short", library])
    #expect(run.status == 1, "\(run.errors)")
    return run.output.split(separator: "\n").map { $0.split(separator: "\t") }.filter { $0.count > 2 }
  }

  @Test(
    "is found by the check that is made for it, and by nothing else",
    .enabled(if: isBuilt, "make linux-fork builds 6.12 and 7.3"),
    arguments: [
      ("fork-writes-to-freed-vma", "kernel-is-silent, written after free"),
      ("fork-puts-policy-twice", "kernel-is-silent, count at release"),
      ("zap-without-count", "kernel-is-silent, check_mm()"),
      ("fork-lets-faults-in", "observers-see-only-live-vmas, fault"),
    ])
  func isFound(_ edit: String, _ finder: String) throws {
    #expect(try sweep("7.3", edit).map { $0[1] } == [finder[...]])
  }

  @Test(
    "that lets the kernel's code crash ends the call, and is told with the function",
    .enabled(if: isBuilt, "make linux-fork builds 6.12 and 7.3"))
  func crash() throws {
    let findings = try sweep("6.12", "exit-meets-mark")
    #expect(findings.map { $0[1] } == ["kernel-is-silent, crash"])
    #expect(findings.first?[3] == "the kernel's code crashes: signal 11 in exit_mmap()")
  }

  @Test("that has no such name is refused in one line")
  func unfit() throws {
    let build = try ProgramRun(
      Self.root.appendingPathComponent("Adapters/linux-fork/edit.sh").path, ["7.3", "no-such-edit"])
    #expect(build.status == 2)
    #expect(build.errors == "linux-fork: edit no-such-edit of 7.3: there is no such edit\n")
  }
}
