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

  @Test("Each log is read as what it says", arguments: logs)
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
