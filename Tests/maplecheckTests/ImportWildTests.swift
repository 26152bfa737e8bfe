import Foundation
import Support
import Testing

@testable import maplecheck

/// The logs and lists that are written as people have them.
private let folder = ProjectFolder.ofSource().appending(path: "Tests/OperationsTests/Import/Wild")

private let names: [String] =
  ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()

@Suite("maplecheck import of files as people have them")
struct ImportWildTests {
  /// The files that are refused, and the one line that says so, after the file's name.
  private static let refused: [String: String] = [
    "06-maps-cut-in-last-line.maps": "3:14: expected an address divisible by 4096, found '7fffb2'",
    "07-maps-logcat-prefix.txt": "1:1: expected an address divisible by 4096, found '10-12'",
    "08-tombstone-memory-map.txt": "1:1: expected \(line), found 'memory'",
    "09-xcrash-memory-map.txt": "1:1: expected \(line), found 'memory'",
    "12-pmap-X.txt": "1:1: expected \(line), found '4711:'",
    "13-pmap-x.txt": "1:1: expected \(line), found '4711:'",
    "14-maps-two-processes.maps": "3:1: expected an address of at least 7ffc00021000, found '00400000-00401000'",
    "19-maps-zeroed.maps": "1:10: expected an address above 0, found '00000000'",
    "51-strace-cut-at-80.log": "2:79: expected an address, found '0x'",
    "58-qemu-user-strace.log": "2:15: expected ', ' or ')', found ',92660'",
    "64-strace-pasted-markdown.txt": "1:1: expected \(line), found '```'",
    "65-smaps-rollup-head-only.maps":
      "1:74: expected an area, and not the sum of all that smaps_rollup is, found '[rollup]'",
  ]
  private static let line = "a line of strace, best written with -o FILE so that nothing else comes between"

  /// The number of areas of each list that is read, and the last page of the last one.
  private static let lists: [String: (count: Int, last: String)] = [
    "01-maps-names.maps": (13, "0x7ffd1f3f7"), "02-maps-i386-threads.maps": (13, "0xbf8c1"),
    "03-maps-mips-uclibc.maps": (6, "0x7fff7"), "04-maps-android-arm64.maps": (15, "0x7fc1a20"),
    "05-maps-crlf-no-final-newline.maps": (5, "0x7fffb2c2d"),
  ]

  @Test("A file is refused in one line, and nothing is written; or its scripts run", arguments: names)
  func file(name: String) throws {
    let scratch = try ScratchDirectory()
    let path = folder.appending(path: name).path()
    let result = try CommandProcess(["import", path, "--directory", "\(scratch.path)/scripts"])
    if let error = Self.refused[name] {
      #expect(result.status == 2)
      #expect(result.errors == "\(path):\(error)\n")
      #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/scripts"))
      return
    }
    #expect(result.status == 0, "\(result.errors)")
    let scripts = try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/scripts").sorted()
    #expect(!scripts.isEmpty)
    let replay = try CommandProcess(["replay"] + scripts.map { "\(scratch.path)/scripts/\($0)" })
    // A script without an operation checks nothing, which is a status of its own.
    #expect(replay.status == 0 || replay.errors.contains("no operation was made"), "\(replay.errors)")
    #expect(!replay.output.contains("violation"))
    if let list = Self.lists[name] {
      let stores = try scratch.read("scripts/areas.maple").split(separator: "\n").filter { $0.hasPrefix("store ") }
      #expect(stores.count == list.count)
      #expect(stores.last?.contains(list.last) == true)
    }
  }

  @Test("A process without a number has a script, and what was not followed and what was written is said")
  func words() throws {
    let scratch = try ScratchDirectory()
    let log = """
      mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
      io_setup(128, [0x7f0000300000]) = 0
      mprotect(0x7f0000100000, 4096, PROT_NONE) = 0
      mprotect(0x7f0000200000, 4096, PROT_NONE) = 0

      """
    let result = try CommandProcess(["import", "-", "--directory", "\(scratch.path)/scripts"], input: log)
    #expect(result.status == 0 && result.output.isEmpty)
    #expect(
      result.errors == """
        -:2: what a call of io_setup did to memory is not told and not followed
        -:3: memory that 2 calls of mprotect changed was mapped by no line; passed over
        1 script written to \(scratch.path)/scripts, 1 operation

        """)
    #expect(try scratch.read("scripts/process.maple").contains("# The process, page numbers as indices.\n"))
    #expect(try CommandProcess(["import", "-", "--list"], input: log).output == "- 1\n")
    let file = try CommandProcess(["import", "-", "-o", "\(scratch.path)/one.maple"], input: log)
    #expect(file.errors.hasSuffix("\n\(scratch.path)/one.maple written, 1 operation\n"))
  }

  @Test("A log that breaks in its second line writes nothing")
  func broken() throws {
    let scratch = try ScratchDirectory()
    let log = "7 brk(NULL) = 0x1000\n7 munmap(0x1001, 1) = 0\n7 exit_group(0) = ?\n"
    let result = try CommandProcess(["import", "-", "--directory", "\(scratch.path)/scripts"], input: log)
    #expect(result.status == 2)
    #expect(result.errors == "-:2:10: expected an address divisible by 4096, found '0x1001'\n")
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/scripts"))
  }

  @Test("All files are there")
  func complete() {
    #expect(names.count >= 73)
    #expect(Self.refused.keys.allSatisfy { names.contains($0) } && Self.lists.keys.allSatisfy { names.contains($0) })
  }
}
