import Operations
import RangeMapCore
import Testing

@Suite("Import of logs as people have them")
struct ImportWildLogTests {
  /// For each log what its processes have mapped at the end, and what is said of it.
  static let logs: [WildLog] = [
    WildLog(
      "30-strace-f-o.log",
      [
        "15503: 5579245c8...5579245d8 rw-p, 7f1da99a0 r--p @0, 7f1da99a1...7f1da99a2 r-xp @1, 7f1da99a3 r--p @3, "
          + "7f1da99b4 r--p, 7f1da99b5 rw-p"
      ]),
    WildLog("31-strace-pid-changed.log", ["16003: 7f2f8c179 r--p"]),
    WildLog("32-strace-superseded.log", ["15724: 56296ee84...56296eea4 rw-p"], ["munmap resultless 4"]),
    WildLog("33-strace-stderr.txt", ["15712: 7ff4f2952 r--p, 7ff4f2957...7ff4f295a rw-p", "15728:"]),
    WildLog("34-strace-k.log", ["15969: 7f7da99b4...7f7da99b5 rw-p"]),
    WildLog("35-strace-i-n-tt-T.log", ["15974: 7fd220660...7fd220661 rw-p"]),
    WildLog(
      "36-strace-tt-T-i386.log",
      [
        "1941: 804b...806b rw-p, b7604...b77a0 r-xp @0, b77a1...b77a2 r--p @19d, b77a3 rw-p @19f, "
          + "b77a4...b77a6 r-xp @1a0"
      ]),
    WildLog("37-strace-ttt-r.log", ["41662: ffff540a1...ffff540d0 rw-p", "221796:"]),
    WildLog(
      "38-strace-y-yy.log",
      [
        "900: 7f0000010...7f0000011 r--p @2, 7f0000020 rw-s @0, 7f0000030 rw-p @0, 7f0000040 rw-s @10000, "
          + "7f0000050 r--p @0"
      ]),
    WildLog(
      "40-strace-X-verbose.log",
      ["15985: 7f187d579...7f187d581 r--p @0, 7f187d590 rw-p not-inherited, 7f187d591 rw-p"]),
    WildLog(
      "42-strace-mremap.log",
      ["77: 7f0000201...7f0000207 rw-p, 7f0000300...7f0000301 rw-p, 7f0000400...7f0000401 rw-s @0, 7f0000500 rw-s @0"]),
    WildLog(
      "43-strace-fixed-noreplace.log",
      [
        "78: 7ff4f2600...7ff4f27ff rw-p @0 pooled, 7ff4f2952 r--p, 7ff4f2957 rw-p, 7ff4f2958 ---p no-reserve, "
          + "7ff4f2959...7ff4f295a rw-p, 7ff4f2960 rw-p"
      ]),
    WildLog(
      "45-strace-shm.log", ["79: 7ff4f2763 r--p, 7ff4f2800 r--s @1, 7ff4f2801 r--s @1"]),
    WildLog("46-strace-vfork-exec.log", ["80: 7f0000101 rw-p, 7f0000200 r--p", "81: 7f0000300 r--p"]),
    WildLog(
      "47-strace-killed.log", ["82: 7f0000101 rw-p", "83: 7f0000100...7f0000101 rw-p"], ["mmap resultless 10"]),
    WildLog("48-strace-detached.log", ["84:", "85: 7f0000100...7f0000101 rw-p"], ["unborn 2", "munmap resultless 4"]),
    WildLog("49-strace-erestart.log", ["86: 7f0000100...7f0000101 rw-p", "87:"]),
    WildLog(
      "50-strace-4x-style.log",
      ["6344: 7f3c3ac09 rw-p, 7f3c3ac0a ---p, 7f3c3ac0b...7f3c3b40a rw-p", "6345: 1c3d...1c5d rw-p"], ["unborn 2"]),
    WildLog("53-strace-C-summary.log", ["92: 7f1da99b4...7f1da99b5 rw-p"]),
    WildLog(
      "54-strace-exit-group-threads.log",
      ["93: 7f0000100...7f0000103 rw-p, 7f0000200...7f0000201 r--p"], ["munmap resultless 6"]),
    WildLog("55-strace-posix-spawn.log", ["95:", "96: 55d000000...55d000020 rw-p"]),
    WildLog("56-strace-injected.log", ["97: 7f0000100 rw-p, 7f0000101 r--p"]),
    WildLog(
      "57-strace-pid-reuse.log", ["98:", "99: 7f0000100 r--p", "99: 7f0000200...7f0000201 r--p"]),
    WildLog("60-strace-ff-file.4711", ["4711: 7f1da99b4...7f1da99b5 rw-p", "4712: 7f1da99b4...7f1da99b5 rw-p"]),
    WildLog(
      "61-strace-madvise-flags.log",
      [
        "70: 7f0000100 rw-p, 7f0000101 rw-p locked, 7f0000102...7f0000103 rw-p not-inherited, 7f0000104 rw-p wiped, "
          + "7f0000105 rw-p key=1, 7f0000106 rw-p name=1, 7f0000107 rw-p sealed",
        "71: 7f0000101 rw-p, 7f0000104 rw-p wiped, 7f0000105 rw-p key=1, 7f0000106 rw-p name=1, 7f0000107 rw-p sealed",
      ]),
    WildLog("62-strace-no-final-newline.log", ["72: 7f0000101 rw-p"]),
    WildLog("63-strace-crlf.log", ["73: 7f0000101 rw-p", "74: 7f0000200 r--p"], ["unborn 2"]),
  ]

  /// Logs in formats of the others together, and of other architectures.
  static let more: [WildLog] = [
    WildLog("70-f-tt-T-i-k.log", ["500: 7f0000100...7f0000101 rw-p", "501: 7f0000101 rw-p"]),
    WildLog(
      "71-i386-injected.log",
      ["600: 804b...806b rw-p, b7604...b7605 r--p @0, b7606 r--p @2, b7607 rw-p @3"]),
    WildLog("72-ttt-r-n-no-pid.log", ["0: 7f0000100 rw-p, 7f0000101 ---p, 7f0000102 rw-p"]),
    WildLog(
      "73-yy-unfinished.log",
      [
        "700: 7f0000100...7f0000101 r--s @1", "701: 7f0000200 r--p @3",
        "702: 7f0000100...7f0000101 r--s @1, 7f0000300 r--p @0",
      ], ["unborn 2"]),
    WildLog(
      "74-X-raw.log",
      [
        "710: 7f0000101 r--p, 7f0000102 rw-p, 7f0000103 rw-p wiped, 7f0000104 rw-p locked on-fault, "
          + "7f0000105 rw-p name=1, 7f0000200...7f0000201 rw-p",
        "711: 7f0000100 rw-p, 7f0000101 r--p, 7f0000102 rw-p, 7f0000103 rw-p wiped, 7f0000104 rw-p, "
          + "7f0000105 rw-p name=1, 7f0000200...7f0000201 rw-p",
      ], ["mmap numbered 2"]),
    WildLog(
      "75-f-C-two-modes.log",
      [
        "720: 7f0000100...7f0000101 rw-p", "721: f7f00 r--p, 7f0000100...7f0000101 rw-p", "722: 7f0000500 r--p",
      ], ["unborn 19"]),
    WildLog("76-pid-changed-names.log", ["730: 7f0000300 r--p"], ["mmap resultless 4"]),
    WildLog("77-no-newline-resumed.log", ["740: 7f0000100...7f0000101 rw-p", "741: 7f0000200 r--p"], ["unborn 2"]),
    WildLog(
      "78-arm-eabi.log",
      [
        "750: 21...41 rw-p, b6f58...b6f5b r-xp @0, b6f5c...b6f63 ---p @4, b6f64...b6f65 rw-p @1c, "
          + "b6f66...b6f7d r-xp @e, b6f9c...b6f9d rw-p"
      ]),
    WildLog(
      "79-s390-31bit.log",
      ["760: 77ff8...77ffa r--p @2, 77fff...78000 rw-p", "761: 77ff8 r--p @2, 77ffa r--p @4, 77fff...78000 rw-p"]),
    WildLog("80-x32.log", ["770: f7e00...f7e03 rw-p"], ["io_setup notFollowed 6"]),
    WildLog(
      "81-powerpc64.log",
      [
        "780: 10030000...1003000f rw-p, 7fff9c000...7fff9c00f rw-p locked guarded, "
          + "7fff9c010...7fff9c01f rw-p locked key=31"
      ], ["subpage_prot notFollowed 5"]),
    WildLog(
      "82-alpha.log",
      [
        "790: 20000000...20000003 rw-p, 20000020...20000021 r--s @0",
        "791: 20000000...20000003 rw-p, 20000020...20000021 r--s @0",
      ]),
    WildLog(
      "83-mips-o32.log",
      [
        "800: 77f50...77f5f r-xp @0, 77f60 rw-p @10, 77f61...77f64 r-xp @11, 77f9d r--p, 77f9e...77f9f rw-p",
        "801: 10001 rw-p",
      ]),
    WildLog("84-stderr-threads.txt", ["810: 7f0000101 rw-p", "812: 7f0000101 rw-p, 7f0000200 r--p"]),
    WildLog("85-attached.txt", ["821:", "820: 7f0000100...7f0000101 rw-p"], ["unborn 3"]),
    WildLog(
      "86-z-order.log",
      ["830: 7f0000100...7f0000101 rw-p, 7f0000200 r--p", "831: 7f0000101 rw-p", "832: 7f0000100 rw-p"]),
    WildLog(
      "87-N-argument-names.log",
      [
        "840: 7f0000100 ---p, 7f0000101 rw-p, 7f0000200 r--p @3 not-inherited, 7f0000201 r--p @4, "
          + "7f0000300...7f0000301 rw-p",
        "841: 7f0000100 ---p, 7f0000201 r--p @4, 7f0000300...7f0000301 rw-p",
      ]),
    WildLog(
      "88-pid-namespace.log",
      ["850: 7f0000100...7f0000101 rw-p", "851: 7f0000100...7f0000101 rw-p", "852: 7f0000101 rw-p"]),
    WildLog(
      "89-locks.log",
      [
        "860: 7f0000100 rw-p locked, 7f0000101 rw-p, 7f0000200 rw-p locked on-fault, 7f0000500 rw-p locked",
        "861: 7f0000100...7f0000101 rw-p, 7f0000200 rw-p, 7f0000300 rw-p",
      ], ["mlock partlyMade 10"]),
    WildLog(
      "90-policies-names-keys.log",
      [
        "870: 7f0000100 rw-p policy=1, 7f0000101 rw-p policy=2, 7f0000102 rw-p, 7f0000103 rw-p name=1, "
          + "7f0000104...7f0000105 rw-p, 7f0000106 ---p key=2, 7f0000107 r--p sealed key=2"
      ]),
    WildLog(
      "91-not-followed.log", ["880: 7f0000100...7f0000101 rw-p, 7f0000700...7f0000701 rw-p"],
      [
        "io_setup notFollowed 2", "uselib notFollowed 3", "personality(READ_IMPLIES_EXEC) notFollowed 5",
        "ioctl notFollowed 7", "arch_prctl notFollowed 9", "process_madvise notFollowed 11", "shmat notFollowed 12",
        "shmdt unseen 13", "prctl(PR_SET_MM) notFollowed 14", "set_mempolicy_home_node notFollowed 15",
        "syscall_0x1b3 notFollowed 16", "mprotect unseen 18", "munmap unseen 19", "mremap unseen 20",
        "mprotect partlyMade 21",
      ]),
    WildLog(
      "92-kinds-of-memory.log",
      [
        "890: 7f0000200...7f00003ff rw-p @0 pooled, 7f0000400 rw-p, "
          + "7f0000500...7f0000502 rw-p no-reserve wiped not-dumped droppable, 7f0000600...7f0000601 rw-p shadow, "
          + "7f0000700...7f0000702 rwxp grows-down, 7f0000800 r--p no-reserve, 7f0000801 r-xp no-reserve guarded, "
          + "7f0040000...7f007ffff rw-p @0 pooled"
      ]),
    WildLog("93-quiet-thread-execve.log", ["900: 7f0000200 r--p"]),
    WildLog("94-mremap-several.log", ["910: 7f0000200 rw-p, 7f0000201 r--p, 7f0000203 rw-p"]),
    WildLog("95-secontext.log", ["920: 7f0000100...7f0000101 r--p @1"]),
    WildLog("96-dumps.log", ["930: 7f0000100...7f0000101 rw-p"]),
    WildLog(
      "97-strace-4.5.log",
      ["940: 8049 rw-p, 40017 ---p, 40018...40019 rw-p", "941: 8049 rw-p, 40017 ---p, 40019 rw-p"]),
    WildLog("98-stderr-raw-ff.txt.4242", ["4242: 7f0000200 r--p"]),
  ]

  @Test("Each log is read as what it says", arguments: logs + more)
  func read(log: WildLog) throws {
    let bytes = try wildBytes(log.name)
    #expect(try areas(of: bytes, file: log.name) == log.processes)
    let notes = try StraceImport(from: bytes, file: log.name).notes
    #expect(notes.map { "\($0.name) \($0.kind) \($0.line)".trimmingPrefix(" ") } == log.notes.map { $0[...] })
  }
}

/// A log, what its processes have mapped at the end, and its notes: name, kind and line.
struct WildLog: Sendable, CustomTestStringConvertible {
  let name: String
  let processes: [String]
  let notes: [String]
  var testDescription: String { name }

  init(_ name: String, _ processes: [String], _ notes: [String] = []) {
    self.name = name
    self.processes = processes
    self.notes = notes
  }
}
