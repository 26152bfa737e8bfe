import Foundation
import Operations
import RangeMapCore
import Testing

@Suite("Import of /proc/PID/maps")
struct ImportMapsTests {
  private func script(_ text: String) throws(ScriptError) -> Script {
    try MapsImport.script(from: Array(text.utf8), file: "maps")
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try script(text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("The page of all processes is no area of the tree, and a sum is none at all")
  func gates() throws {
    let alone = "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n"
    #expect(error(alone) == "maps:1:1: expected a memory area, found none")
    #expect(error("1000-2000 r-xp 0 0 0\nffff0000-ffff1000 r-xp 00000000 00:00 0   [vectors]") == nil)
    #expect(
      try script("1000-2000 r-xp 0 0 0\nffff0000-ffff1000 r-xp 00000000 00:00 0   [vectors]").operations.count == 1)
    #expect(
      error("55d0f4a00000-7ffd8a5f2000 ---p 00000000 00:00 0                          [rollup]\n")
        == "maps:1:74: expected an area, and not the sum of all that smaps_rollup is, found '[rollup]'")
  }

  @Test("Each line is a store over its pages, with an entry of its own")
  func lines() throws {
    let script = try script(
      """
      55d0c0000000-55d0c0002000 r--p 00000000 fe:00 253911                     /usr/bin/cat
      55d0c0002000-55d0c0003000 r-xp 00002000 fe:00 253911                     /usr/bin/a name with blanks
      7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0                          [stack]
      7fff00000000-7fff00001000 rw-s 00000000 00:00 0
      ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
      """)
    #expect(script.configuration.tracksGaps)
    #expect(script.configuration.usesReadCopyUpdate)
    #expect(script.configuration.hasExternalLock)
    #expect(script.configuration.geometry == .linux64)
    #expect(
      script.operations.map { ScriptText.print($0) } == [
        "store 0x55d0c0000...0x55d0c0001 a", "store 0x55d0c0002 b", "store 0x7ffe00000...0x7ffe00020 c",
        "store 0x7fff00000 d",
      ])
  }

  @Test("This process's own areas ascend and do not overlap")
  func live() throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: "/proc/self/maps")))
    let script = try MapsImport.script(from: bytes, file: "/proc/self/maps")
    #expect(script.operations.count > 10)
    let gates = String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.hasSuffix("[vsyscall]") }
    #expect(script.operations.count == bytes.count { $0 == UInt8(ascii: "\n") } - gates)
    var end: UInt64 = 0
    var entries: Set<Entry> = []
    for operation in script.operations {
      let range = operation.range
      guard operation.kind == .store, let entry = operation.entry, operation.policy == .maySleep else {
        Issue.record("not a store: \(ScriptText.print(operation))")
        continue
      }
      #expect(range.isValid)
      #expect(range.first >= end)
      #expect(entries.insert(entry).inserted)
      end = range.last + 1
    }
    #expect(try ScriptText.parse(Array(ScriptText.print(script).utf8), file: "script") == script)
  }

  @Test(
    "A broken line is named",
    arguments: [
      ("", "maps:1:1: expected a memory area, found an empty file"),
      ("\n", "maps:1:1: expected a hexadecimal start address, found the end of the line"),
      ("zebra", "maps:1:1: expected a hexadecimal start address, found 'zebra'"),
      ("1000", "maps:1:5: expected '-', found the end of the line"),
      ("1000-", "maps:1:6: expected a hexadecimal end address, found the end of the line"),
      ("1001-2000 r--p 0 0 0", "maps:1:1: expected an address divisible by 4096, found '1001-2000'"),
      ("1000-2001 r--p 0 0 0", "maps:1:6: expected an address divisible by 4096, found '2001'"),
      ("2000-1000 r--p 0 0 0", "maps:1:6: expected an address above 2000, found '1000'"),
      ("1000-2000", "maps:1:10: expected ' ', found the end of the line"),
      ("1000-2000 q--p 0", "maps:1:11: expected 'r' or '-', found 'q--p'"),
      ("1000-2000 r--", "maps:1:14: expected 'p' or 's', found the end of the line"),
      ("1000-2000 rwxpx", "maps:1:15: expected ' ', found 'x'"),
      (
        "1000-3000 r--p 0 0 0\n2000-4000 r--p 0 0 0\n",
        "maps:2:1: expected an address of at least 3000, found '2000-4000'"
      ),
      (
        "10000000000000000-2 r",
        "maps:1:1: expected a hexadecimal start address below 2^64, found '10000000000000000-2'"
      ),
    ])
  func broken(text: String, expected: String) {
    #expect(error(text) == expected)
  }
}
