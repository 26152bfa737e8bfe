import Operations
import RangeMapCore
import Testing

@Suite("Import of strace logs: what is wrong, and where")
struct ImportStraceErrorTests {
  @Test(
    "A broken line is named",
    arguments: [
      ("", "log:1:1: expected a line that ends with a newline, found an empty file"),
      ("1 brk(NULL) = 0x1000", "log:1:1: expected a line that ends with a newline, found the end of the file"),
      (
        "brk(NULL) = 0x1000\n",
        "log:1:1: expected a process number, as 'strace -f -o FILE' writes it, found 'brk'"
      ),
      ("\n", "log:1:1: expected a process number, as 'strace -f -o FILE' writes it, found the end of the line"),
      ("5000000000 brk\n", "log:1:1: expected a process number from 1 to 4294967295, found '5000000000'"),
      ("1\n", "log:1:2: expected ' ', found the end of the line"),
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
        "log:2:23: expected a protection by name, such as PROT_READ, found ')'"
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
        "1 mprotect(0x1000, 1, 0x3) = 0\n",
        "log:1:23: expected a protection by name, such as PROT_READ, found '0x3'"
      ),
      (
        "1 mmap(NULL, 1, PROT_READ, 0x22, -1, 0) = 0x1000\n",
        "log:1:28: expected mapping flags by name, such as MAP_PRIVATE, found '0x22'"
      ),
      ("1 mremap(0x1000, 1, 0, 0) = 0x1000\n", "log:1:21: expected a length above 0, found '0'"),
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
