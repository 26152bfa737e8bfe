import Operations
import RangeMapCore
import Testing

@Suite("Import of strace logs: several processes")
struct ImportStraceProcessTests {
  private func map(_ task: Int, _ address: String) -> String {
    "\(task) mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = \(address)\n"
  }

  private let fork = "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f72c564da10) = 2\n"
  private let thread =
    "1 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SETTLS, stack_size=0xfef80} => {parent_tid=[2]}, 88) = 2\n"

  @Test("Threads share one script")
  func threads() throws {
    let processes = try imported(map(1, "0x10000") + thread + map(2, "0x20000") + map(1, "0x30000"))
    #expect(processes.map(\.process) == [1])
    #expect(processes[0].lines == ["store 0x10 a", "store 0x20 b", "store 0x30 c"])
  }

  @Test(
    "A child begins with its parent's tree, duplicated, and each area replaced by its copy",
    arguments: ["clone", "fork"])
  func forks(call: String) throws {
    let fork = call == "clone" ? fork : "1 fork() = 2\n"
    let processes = try imported(map(1, "0x10000") + map(1, "0x20000") + fork + map(2, "0x30000") + map(1, "0x40000"))
    #expect(processes.map(\.process) == [1, 2])
    #expect(processes[0].lines == ["store 0x10 a", "store 0x20 b", "store 0x40 c"])
    #expect(
      processes[1].lines == [
        "store 0x10 a", "store 0x20 b", "dup", "rcu off", "store 0x10 c", "store 0x20 d",
        "rcu on", "store 0x30 e",
      ])
  }

  @Test("A child's heap goes on where its parent's ended")
  func heapOfChild() throws {
    let log =
      "1 brk(NULL) = 0x10000\n1 brk(0x11000) = 0x11000\n" + fork + "2 brk(0x12000) = 0x12000\n"
    #expect(
      try imported(log)[1].lines == ["store 0x10 a", "dup", "rcu off", "store 0x10 b", "rcu on", "store 0x10...0x11 b"])
  }

  @Test("A child does not inherit what MADV_DONTFORK keeps from it")
  func notInherited() throws {
    let log = map(1, "0x10000") + map(1, "0x20000") + "1 madvise(0x10000, 4096, MADV_DONTFORK) = 0\n" + fork
    let child = try imported(log)[1].lines
    #expect(child.suffix(4) == ["rcu off", "store 0x10 -", "store 0x20 c", "rcu on"])
  }

  @Test("A long history of the parent is replaced by its areas")
  func longHistory() throws {
    var log = ""
    for _ in 0..<400 { log += map(1, "0x10000") + "1 munmap(0x10000, 4096) = 0\n" }
    log += map(1, "0x20000") + map(1, "0x10000") + fork
    let processes = try imported(log)
    #expect(processes[0].lines.count == 802)
    #expect(processes[1].lines.count == 7)
    #expect(processes[1].lines[0].hasPrefix("store 0x10 "))
    #expect(processes[1].lines[2] == "dup")
  }

  @Test("A child that runs before the parent's call returns has its parent's tree")
  func earlyChild() throws {
    let log =
      map(1, "0x10000") + "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n" + map(2, "0x20000")
      + "1 <... clone resumed>) = 2\n"
    let processes = try imported(log)
    #expect(processes.map(\.process) == [1, 2])
    #expect(
      processes[1].lines == [
        "store 0x10 a", "dup", "rcu off", "store 0x10 b", "rcu on", "store 0x20 c",
      ])
  }

  @Test("Pages that one thread unmaps are free for another before munmap returns")
  func earlyUnmap() throws {
    let log =
      map(1, "0x10000") + thread + "1 munmap(0x10000, 4096 <unfinished ...>\n" + map(2, "0x10000")
      + "1 <... munmap resumed>) = 0\n"
    #expect(try imported(log)[0].lines == ["store 0x10 a", "store 0x10 -", "store 0x10 b"])
  }

  @Test("Two calls that wait take effect in the order in which they began", arguments: [true, false])
  func orderOfWaiting(firstReturnsFirst: Bool) throws {
    let begin =
      map(1, "0x10000") + map(1, "0x20000") + thread
      + "1 munmap(0x10000, 4096 <unfinished ...>\n2 munmap(0x20000, 4096 <unfinished ...>\n"
    let first = "1 <... munmap resumed>) = 0\n"
    let second = "2 <... munmap resumed>) = 0\n"
    let processes = try imported(begin + (firstReturnsFirst ? first + second : second + first))
    #expect(processes[0].lines.suffix(2) == ["store 0x10 -", "store 0x20 -"])
  }

  @Test("A child of vfork lives in its parent's tree until it runs a program", arguments: ["vfork", "clone"])
  func vfork(call: String) throws {
    let create =
      call == "vfork" ? "1 vfork() = 2\n" : "1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 2\n"
    let log = map(1, "0x10000") + create + map(2, "0x20000") + "2 execve(\"a\", [], []) = 0\n" + map(2, "0x30000")
    let processes = try imported(log + map(1, "0x40000") + "1 execve(\"a\", [], []) = 0\n")
    #expect(processes.map(\.process) == [1, 2])
    #expect(processes[0].lines == ["store 0x10 a", "store 0x20 b", "store 0x40 c", "clear"])
    #expect(processes[1].lines == ["store 0x30 a"])
  }

  @Test("A process that was not created is one of its own")
  func unknownProcess() throws {
    let processes = try imported(map(7, "0x10000") + map(8, "0x10000"))
    #expect(processes.map(\.process) == [7, 8])
    #expect(processes.map(\.lines) == [["store 0x10 a"], ["store 0x10 a"]])
  }

  @Test("A number is free once its process has ended")
  func reusedNumber() throws {
    let log = map(1, "0x10000") + "1 +++ killed by SIGKILL +++\n" + map(1, "0x20000")
    #expect(try imported(log).map(\.process) == [1, 1])
    #expect(try imported(log).map(\.lines) == [["store 0x10 a"], ["store 0x20 a"]])
  }

  @Test("A thread that runs a program goes on under its process's number")
  func superseded() throws {
    let log =
      map(1, "0x10000") + thread + "2 execve(\"a\", [], [] <unfinished ...>\n"
      + "1 +++ superseded by execve in pid 2 +++\n1 <... execve resumed>) = 0\n" + map(1, "0x20000")
    #expect(try imported(log).map(\.lines) == [["store 0x10 a", "clear", "store 0x20 b"]])
  }

  @Test("Processes and a number of operations can be chosen")
  func choice() throws {
    let log = map(7, "0x10000") + map(8, "0x10000") + map(8, "0x20000")
    let chosen = try StraceImport.scripts(from: Array(log.utf8), file: "log", processes: [8], limit: 1)
    #expect(chosen.map(\.process) == [8])
    #expect(chosen[0].script.operations == [.store(KeyRange(0x10, 0x10), Entry(word: 0x1000), .maySleep)])
  }

  @Test("Lines are counted")
  func counts() throws {
    let log =
      map(1, "0x10000") + "1 brk(NULL <unfinished ...>\n"
      + "1 <... brk resumed>) = 0x50000\n1 getpid() = 1\n1 brk(NU"
    let result = try StraceImport(from: Array(log.utf8), file: "log")
    #expect(result.lineCount == 5)
    #expect(result.usedLineCount == 3)
  }
}
