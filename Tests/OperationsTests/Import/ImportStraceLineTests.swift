import Operations
import RangeMapCore
import Testing

/// A log, and what its only process does to its tree.
struct ImportCase: Sendable, CustomTestStringConvertible {
  let name: String
  let log: String
  let operations: [String]
  var testDescription: String { name }

  init(_ name: String, _ log: String, _ operations: [String]) {
    self.name = name
    self.log = log
    self.operations = operations
  }
}

@Suite("Import of strace logs: one process")
struct ImportStraceLineTests {
  private static let anonymous = "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0"
  private static let twoFiles = """
    1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10000
    1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0x2000) = 0x12000

    """
  private static let four = "1 mmap(NULL, 16384, \(anonymous)) = 0x10000\n"

  private static let mapping: [ImportCase] = [
    ImportCase("mmap", "1 mmap(NULL, 5000, \(anonymous)) = 0x10000\n", ["store 0x10...0x11 a"]),
    ImportCase("two files do not join", twoFiles, ["store 0x10...0x11 a", "store 0x12...0x13 b"]),
    ImportCase(
      "anonymous neighbours join from below", four + "1 mmap(NULL, 4096, \(anonymous)) = 0x14000\n",
      ["store 0x10...0x13 a", "store 0x10...0x14 a"]),
    ImportCase(
      "anonymous neighbours join from above", four + "1 mmap(NULL, 4096, \(anonymous)) = 0xf000\n",
      ["store 0x10...0x13 a", "store 0xf...0x13 a"]),
    ImportCase(
      "a mapping between two joins both",
      four + "1 mmap(NULL, 4096, \(anonymous)) = 0x15000\n1 mmap(NULL, 4096, \(anonymous)) = 0x14000\n",
      ["store 0x10...0x13 a", "store 0x15 b", "store 0x10...0x15 a"]),
    ImportCase(
      "other protection does not join",
      four + "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x14000\n",
      ["store 0x10...0x13 a", "store 0x14 b"]),
    ImportCase(
      "shared memory does not join",
      "1 mmap(NULL, 4096, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        + "1 mmap(NULL, 4096, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x11000\n",
      ["store 0x10 a", "store 0x11 b"]),
    ImportCase(
      "a fixed mapping splits what it covers",
      four + "1 mmap(0x11000, 8192, PROT_READ, MAP_PRIVATE|MAP_FIXED, 3</lib/a, b.so>, 0x1000) = 0x11000\n",
      ["store 0x10...0x13 a", "store 0x10 b", "store 0x13 c", "store 0x11...0x12 d"]),
    ImportCase(
      "munmap of a whole area", four + "1 munmap(0x10000, 16384) = 0\n",
      ["store 0x10...0x13 a", "store 0x10...0x13 -"]),
    ImportCase(
      "munmap of the middle", four + "1 munmap(0x11000, 8191) = 0\n",
      ["store 0x10...0x13 a", "store 0x10 b", "store 0x13 c", "store 0x11...0x12 -"]),
    ImportCase(
      "munmap across a border", twoFiles + "1 munmap(0x11000, 8192) = 0\n",
      [
        "store 0x10...0x11 a", "store 0x12...0x13 b", "store 0x10 c", "store 0x13 d",
        "store 0x11...0x12 -",
      ]),
    ImportCase("munmap where no area is known", four + "1 munmap(0x20000, 8192) = 0\n", ["store 0x10...0x13 a"]),
  ]

  private static let changing: [ImportCase] = [
    ImportCase(
      "mprotect of a whole area", four + "1 mprotect(0x10000, 16384, PROT_READ) = 0\n", ["store 0x10...0x13 a"]),
    ImportCase(
      "mprotect of the middle", four + "1 mprotect(0x11000, 8192, PROT_NONE) = 0\n",
      ["store 0x10...0x13 a", "store 0x10 b", "store 0x13 c"]),
    ImportCase(
      "mprotect back joins both sides",
      four + "1 mprotect(0x11000, 8192, PROT_NONE) = 0\n1 mprotect(0x11000, 8192, PROT_READ|PROT_WRITE) = 0\n",
      ["store 0x10...0x13 a", "store 0x10 b", "store 0x13 c", "store 0x10...0x13 b"]),
    ImportCase(
      "a heap that grows into its reserve",
      "1 mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        + "1 mprotect(0x10000, 4096, PROT_READ|PROT_WRITE) = 0\n1 mprotect(0x11000, 4096, PROT_READ|PROT_WRITE) = 0\n",
      ["store 0x10...0x13 a", "store 0x11...0x13 b", "store 0x10...0x11 a"]),
    ImportCase(
      "a heap that shrinks back into its reserve",
      "1 mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000\n"
        + "1 mprotect(0x10000, 8192, PROT_READ|PROT_WRITE) = 0\n1 mprotect(0x11000, 4096, PROT_NONE) = 0\n",
      ["store 0x10...0x13 a", "store 0x12...0x13 b", "store 0x11...0x13 b"]),
    ImportCase(
      "mprotect across areas with a gap",
      twoFiles + "1 munmap(0x11000, 4096) = 0\n1 mprotect(0x10000, 12288, PROT_NONE) = 0\n",
      [
        "store 0x10...0x11 a", "store 0x12...0x13 b", "store 0x10 c", "store 0x11 -",
        "store 0x13 d",
      ]),
    ImportCase(
      "parts of a file join again from above",
      "1 mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10000\n1 mprotect(0x12000, 8192, PROT_NONE) = 0\n"
        + "1 mprotect(0x11000, 4096, PROT_NONE) = 0\n1 mprotect(0x10000, 4096, PROT_NONE) = 0\n",
      ["store 0x10...0x13 a", "store 0x10...0x11 b", "store 0x11...0x13 a", "store 0x10...0x13 a"]),
    ImportCase("mprotect of nothing", four + "1 mprotect(0x10000, 0, PROT_NONE) = 0\n", ["store 0x10...0x13 a"]),
    ImportCase(
      "pkey_mprotect", four + "1 pkey_mprotect(0x12000, 8192, PROT_READ, 1) = 0\n",
      ["store 0x10...0x13 a", "store 0x10...0x11 b"]),
    ImportCase(
      "madvise that changes no area", four + "1 madvise(0x11000, 8192, MADV_DONTNEED) = 0\n", ["store 0x10...0x13 a"]),
    ImportCase(
      "madvise that splits", four + "1 madvise(0x10000, 4096, MADV_NOHUGEPAGE) = 0\n",
      ["store 0x10...0x13 a", "store 0x11...0x13 b"]),
  ]

  private static let moving: [ImportCase] = [
    ImportCase(
      "brk grows and shrinks",
      "1 brk(NULL) = 0x10000\n1 brk(0x12000) = 0x12000\n1 brk(0x13800) = 0x13800\n1 brk(0x10800) = 0x10800\n",
      ["store 0x10...0x11 a", "store 0x10...0x13 a", "store 0x10 b", "store 0x11...0x13 -"]),
    ImportCase(
      "brk that is refused", "1 brk(NULL) = 0x10000\n1 brk(0x12000) = 0x10000\n1 brk(0x11000) = 0x11000\n",
      ["store 0x10 a"]),
    ImportCase(
      "mremap grows in place", four + "1 mremap(0x10000, 16384, 20480, MREMAP_MAYMOVE) = 0x10000\n",
      ["store 0x10...0x13 a", "store 0x10...0x14 a"]),
    ImportCase(
      "mremap shrinks", four + "1 mremap(0x10000, 16384, 8192, 0) = 0x10000\n",
      ["store 0x10...0x13 a", "store 0x10...0x11 b", "store 0x12...0x13 -"]),
    ImportCase(
      "mremap moves", four + "1 mremap(0x10000, 16384, 20480, MREMAP_MAYMOVE) = 0x20000\n",
      ["store 0x10...0x13 a", "store 0x20...0x24 b", "store 0x10...0x13 -"]),
    ImportCase(
      "mremap keeps the old place",
      four + "1 mremap(0x10000, 16384, 16384, MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = 0x20000\n",
      ["store 0x10...0x13 a", "store 0x20...0x23 b"]),
    ImportCase(
      "parts of a file that move next to each other join",
      "1 mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, 3, 0) = 0x10000\n"
        + "1 mremap(0x11000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x41000) = 0x41000\n"
        + "1 mremap(0x10000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000) = 0x40000\n"
        + "1 mremap(0x12000, 4096, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x42000) = 0x42000\n",
      [
        "store 0x10...0x13 a", "store 0x41 b", "store 0x10 c", "store 0x12...0x13 d", "store 0x11 -",
        "store 0x40...0x41 b", "store 0x10 -", "store 0x40...0x42 b", "store 0x13 e", "store 0x12 -",
      ]),
    ImportCase(
      "mremap onto another area",
      twoFiles + "1 mremap(0x10000, 8192, 4096, MREMAP_MAYMOVE|MREMAP_FIXED, 0x12000) = 0x12000\n",
      [
        "store 0x10...0x11 a", "store 0x12...0x13 b", "store 0x13 c", "store 0x12 -",
        "store 0x10 d", "store 0x11 -", "store 0x12 e", "store 0x10 -",
      ]),
  ]

  private static let forms: [ImportCase] = [
    ImportCase(
      "calls that failed", "1 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = -1 ENOMEM (Cannot allocate memory)\n", []
    ),
    ImportCase("calls without a result", "1 munmap(0x10000, 4096 <unfinished ...>) = ?\n1 exit_group(0) = ?\n", []),
    ImportCase(
      "other calls, signals and ends",
      four
        + """
        1 write(1, ") = 0x10000, mmap(", 18) = 18
        1 ???()                                   = ?
        1 syscall_0x1c3(0x1, 0x2) = -1 ENOSYS (Function not implemented)
        1 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---
        1 --- stopped by SIGSTOP ---
        1 exit(0 <unfinished ...>
        1 <... exit resumed>) = ?
        1 +++ exited with 0 +++

        """,
      ["store 0x10...0x13 a"]),
    ImportCase(
      "a call in two lines",
      "1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0 <unfinished ...>\n"
        + "1 --- SIGCHLD {} ---\n1 <... mmap resumed>) = 0x10000\n",
      ["store 0x10...0x11 a"]),
    ImportCase(
      "a call in two lines that was interrupted",
      "1 mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, 3, 0 <unfinished ...>\n1 <... mmap resumed> <unfinished ...>) = ?\n",
      []),
    ImportCase(
      "a call whose end is missing", four + "1 munmap(0x10000, 4096 <unfinished ...>\n", ["store 0x10...0x13 a"]),
    ImportCase("a last line that was cut off", four + "1 munmap(0x10000, 40", ["store 0x10...0x13 a"]),
    ImportCase(
      "a last line without a newline", four + "1 munmap(0x10000, 4096) = 0",
      ["store 0x10...0x13 a", "store 0x11...0x13 b", "store 0x10 -"]),
    ImportCase("a first line that resumes", "1 <... mmap resumed>) = 0x10000\n" + four, ["store 0x10...0x13 a"]),
    ImportCase(
      "names of programs", "1<a b> mmap(NULL, 16384, \(anonymous)) = 0x10000\n", ["store 0x10...0x13 a"]),
    ImportCase(
      "times and durations", "1   12:34:56.789012 mmap(NULL, 16384, \(anonymous)) = 0x10000 <0.000012>\n",
      ["store 0x10...0x13 a"]),
    ImportCase(
      "lines that end as on Windows", "1 mmap(NULL, 16384, \(anonymous)) = 0x10000\r\n", ["store 0x10...0x13 a"]),
    ImportCase(
      "execve", four + "1 execve(\"/bin/a) = 0\", [\"a\"], 0x7ffe /* 2 vars */) = 0\n" + four,
      ["store 0x10...0x13 a", "clear", "store 0x10...0x13 b"]),
    ImportCase(
      "execve that failed", four + "1 execve(\"/bin/a\", [], []) = -1 ENOENT (No such file or directory)\n",
      ["store 0x10...0x13 a"]),
    ImportCase(
      "another break tells of another program",
      "1 brk(NULL) = 0x10000\n1 brk(0x11000) = 0x11000\n1 brk(NULL) = 0x11000\n"
        + "1 brk(NULL) = 0x50000\n1 brk(0x51000) = 0x51000\n",
      ["store 0x10 a", "clear", "store 0x50 b"]),
  ]

  @Test("Each form of a line is read", arguments: forms)
  func form(testCase: ImportCase) throws {
    let processes = try imported(testCase.log)
    #expect(processes.count == 1)
    #expect(processes[0].lines == testCase.operations)
  }

  @Test("Each call writes what the kernel writes", arguments: mapping + changing + moving)
  func call(testCase: ImportCase) throws {
    let processes = try imported(testCase.log)
    #expect(processes.count == 1)
    #expect(processes[0].lines == testCase.operations)
  }
}
