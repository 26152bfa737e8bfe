import Operations
import RangeMapCore
import Testing

@Suite("Import of strace logs: what is wrong, and where")
struct ImportStraceErrorTests {
  private static let line = "a line of strace, best written with -o FILE so that nothing else comes between"

  @Test(
    "A broken line is named",
    arguments: [
      ("", "log:1:1: expected \(line), found an empty file"),
      ("1 brk(NULL) = 0x", "log:1:15: expected an address, found '0x'"),
      ("\n", "log:1:1: expected \(line), found none"),
      ("hello, world\n", "log:1:1: expected \(line), found 'hello'"),
      ("brk(NULL) = 0\nhello, world\n", "log:2:1: expected \(line), found 'hello'"),
      ("5000000000 brk\n", "log:1:1: expected \(line), found '5000000000'"),
      ("0 brk(NULL) = 0\n", "log:1:1: expected \(line), found '0'"),
      ("1\n", "log:1:1: expected \(line), found '1'"),
      (
        "1 \n",
        "log:1:3: expected a call, '<... CALL resumed>', '--- SIGNAL ---' or '+++ END +++', found the end of the line"
      ),
      ("1 brk\n", "log:1:6: expected '(', found the end of the line"),
      ("1 brk(\n", "log:1:7: expected ') = RESULT', found the end of the line"),
      ("1 brk(NULL) 0x1000\n", "log:1:19: expected ') = RESULT', found the end of the line"),
      ("1 brk(NULL) = x\n", "log:1:15: expected an address, found 'x'"),
      ("1 brk(12x) = 0\n", "log:1:7: expected an address, found '12x'"),
      ("1 munmap(0x1001, 5) = 0\n", "log:1:10: expected an address divisible by 4096, found '0x1001'"),
      ("1 munmap(0x1000) = 0\n", "log:1:16: expected ', ', found ')'"),
      ("1 munmap(0x1000, 0) = 0\n", "log:1:18: expected a length above 0, found '0'"),
      (
        "1 munmap(0x1000, 99999999999999999999) = 0\n",
        "log:1:18: expected a length below 2^64, found '99999999999999999999'"
      ),
      (
        "1 munmap(0xfffffffffffff000, 8192) = 0\n",
        "log:1:10: expected an address below 2^64 less the length, found '0xfffffffffffff000'"
      ),
      (
        "1 brk(NULL) = 0x1000\n2 mprotect(0x1000, 1, ) = 0\n",
        "log:2:23: expected a protection, such as PROT_READ, found ')'"
      ),
      ("1 mmap(NULL, 1, PROT_READ) = 0x1000\n", "log:1:26: expected ', ', found ')'"),
      (
        "1 mmap(NULL, 1, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10\n",
        "log:1:49: expected an address divisible by 4096, found '0x10'"
      ),
      (
        "1 mmap(NULL, 1, PROT_READ, MAP_PRIVATE, 3, zero) = 0x1000\n",
        "log:1:44: expected an offset in the file, found 'zero'"
      ),
      (
        "1 mprotect(0x1000, 1, MAP_SHARED) = 0\n",
        "log:1:23: expected a protection, such as PROT_READ, found 'MAP_SHARED'"
      ),
      (
        "1 mmap(NULL, 1, 0x1, 0x802, -1, 0) = 0x1000\n",
        "log:1:22: expected mapping flags by name, for these are of another architecture than x86 or Arm, found '0x802'"
      ),
      ("1 mremap(0x1000, 1, 0, 0) = 0x1000\n", "log:1:21: expected a length above 0, found '0'"),
      (
        "1 clone(0x1200011, 0, 0, 0x7f0000000a10, 0) = 2\n",
        "log:1:43: expected 'flags=', found ')'"
      ),
      ("1 clone3(0x7ffd0000, 88) = 2\n", "log:1:10: expected '{flags=', found '0x7ffd0000'"),
      ("1 mmap(0xffd3c9f4) = 0xf7000000\n", "log:1:18: expected ', ', found ')'"),
      ("1 mmap(NULL,4096,PROT_READ,MAP_PRIVATE,3,0) = 0x1000\n", "log:1:12: expected ', ' or ')', found ',4096'"),
      (
        "1 pkey_mprotect(0x1000, 1, PROT_READ, 99) = 0\n",
        "log:1:39: expected a protection key of at most 31, found '99'"
      ),
      ("1 shmat(x, NULL, 0) = 0x1000\n", "log:1:9: expected a segment's number, found 'x'"),
      ("1 clone(child_stack=NULL) = 2\n", "log:1:25: expected 'flags=', found ')'"),
      ("1 fork() = 0\n", "log:1:12: expected a process number from 1 to 4294967295, found '0'"),
      (
        "1 +++ gone +++\n",
        "log:1:7: expected 'exited with', 'killed by' or 'superseded by execve in pid', found 'gone'"
      ),
      ("1 <... brk finished>\n", "log:1:11: expected ' resumed>', found 'finished>'"),
      (
        "1 brk(NULL) = 0\n1 <... brk resumed>) = 0\n",
        "log:2:8: expected a call that process 1 began, for there is no unfinished one, found 'brk'"
      ),
      (
        "1 brk(NULL <unfinished ...>\n1 <... mmap resumed>) = 0\n",
        "log:2:8: expected 'brk', which process 1 began, found 'mmap'"
      ),
      (
        "1 brk(NULL <unfinished ...>\n1 munmap(0x1000, 1) = 0\n",
        "log:2:3: expected '<... brk resumed>', found 'munmap'"
      ),
      // The two lines of one call: each byte is reported where it stood.
      (
        "1 munmap(0x11, 1 <unfinished ...>\n1 <... munmap resumed>) = 0\n",
        "log:1:10: expected an address divisible by 4096, found '0x11'"
      ),
      ("1 brk(NULL <unfinished ...>\n1 <... brk resumed>) = no\n", "log:2:24: expected an address, found 'no'"),
      (
        "1 brk(NULL <unfinished ...>\n1 <... brk resumed>\n",
        "log:2:20: expected ') = RESULT', found the end of the line"
      ),
      (
        "1 \u{7f}\u{1b}[2J\n",
        "log:1:3: expected a call, '<... CALL resumed>', '--- SIGNAL ---' or '+++ END +++', found '\\x7f\\x1b[2J'"
      ),
    ])
  func broken(log: String, expected: String) {
    #expect(importError(log) == expected)
  }

  @Test("No cut and no changed byte of a log does harm")
  func damage() {
    let log = Array(
      """
      1 brk(NULL) = 0x10000
      1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>
      2 12:00:01 mmap(NULL, 8192, PROT_READ, MAP_SHARED, 3</a>, 0x1000) = 0x20000
      1 <... clone resumed>) = 2
      2 mremap(0x20000, 8192, 4096, MREMAP_MAYMOVE) = 0x20000
      2 mprotect(0x20000, 4096, PROT_NONE) = -1 EACCES (Permission denied)
      1 +++ exited with 0 +++

      """.utf8)
    var read = 0
    var refused = 0
    func attempt(_ bytes: [UInt8]) {
      do {
        _ = try StraceImport(from: bytes, file: "log")
        read += 1
      } catch {
        #expect(error.line >= 1 && error.line <= 8 && error.column >= 1 && !error.found.isEmpty)
        refused += 1
      }
    }
    for place in log.indices {
      attempt(Array(log[..<place]))
      for byte in Array("\n (),=x9<\u{0}".utf8) + [0xff] {
        var changed = log
        changed[place] = byte
        attempt(changed)
      }
    }
    #expect(read > 100)
    #expect(refused > 100)
  }
}
