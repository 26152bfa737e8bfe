import Checking
import Foundation
import Harness
import Operations
import RangeMapCore
import Support
import TestExport
import Testing

@testable import maplecheck

@Suite("maplecheck convert")
struct ConvertTests {
  @Test("takes a script to bytes and back")
  func roundTrip() throws {
    let scratch = try ScratchDirectory()
    let script = try scratch.write("a.maple", canaryScript)
    #expect(try CommandProcess(["convert", script, "--to", "bytes", "--directory", "\(scratch.path)/out"]).status == 0)
    let back = try CommandProcess(["convert", "--bytes", "\(scratch.path)/out/a", "--to", "script"])
    #expect(back.status == 0)
    #expect(back.output == canaryScript)
  }

  @Test("refuses two files that would be written to one")
  func oneName() throws {
    let scratch = try ScratchDirectory()
    for folder in ["a", "b"] {
      let path = scratch.path + "/" + folder
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try "maple 1\ntree\nload 0\n".write(toFile: path + "/same.maple", atomically: true, encoding: .utf8)
    }
    let files = ["a", "b"].map { "\(scratch.path)/\($0)/same.maple" }
    let result = try CommandProcess(["convert"] + files + ["--to", "bytes", "--directory", scratch.path + "/out"])
    #expect(result.status == 2 && result.errors.contains("would be written to one file"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/out"))
  }

  @Test("takes every operation to Swift that compiles and runs: the test beside this one is its output")
  func swift() throws {
    let directory = ProjectFolder.ofSource().appending(path: "Tests/maplecheckTests")
    let output = directory.appendingPathComponent("ConvertedScriptTest.swift")
    let expected = try String(contentsOf: output, encoding: .utf8)
    let seed = directory.appendingPathComponent("../../corpus/tree/handwritten/every-operation.maple")
    let script = try ScriptText.parse(Array(Data(contentsOf: seed)), file: "every-operation.maple")
    #expect(Set(script.operations.map(\.kind)) == Set(OperationKind.allCases))
    let converted = ConvertedScript(script, name: "every-operation", to: .swift).bytes
    #expect(String(decoding: converted, as: UTF8.self) == expected)
  }

  @Test("makes a name of any file")
  func names() {
    #expect(ConvertedScript.name(of: "corpus/tree/seeds/bash-forks.maple") == "bash-forks")
    #expect(ConvertedScript.name(of: ".hidden") == ".hidden")
    #expect(ConvertedScript.name(of: "-") == "input")
    #expect(SwiftTestText.identifier(of: "wrong-slot 01\"") == "replaysWrongSlot01")
    #expect(SwiftTestText.title(of: "a\"b\\c\n") == "a?b?c?")
  }
}

@Suite("maplecheck shrink")
struct ShrinkTests {
  @Test("writes a shorter script of the same violation")
  func shrinks() throws {
    let scratch = try ScratchDirectory()
    let noise = (0..<50).map { "load 0x\(String($0 * 7, radix: 16))\n" }.joined()
    let long = try scratch.write("long.maple", canaryScript + noise)
    let short = "\(scratch.path)/short.maple"
    let result = try CommandProcess(["shrink", "--subject", "canary", long, "-o", short])
    #expect(result.status == 0)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("54 operations became "))
    let script = try ScriptText.parse(Array(scratch.read("short.maple").utf8), file: short)
    #expect(script.operations.count <= 6)
    #expect(try CommandProcess(["replay", "--subject", "canary", short]).status == 1)
  }
}

@Suite("maplecheck import")
struct ImportTests {
  static let log = """
    10 brk(NULL) = 0x5000
    10 mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000
    10 fork() = 11
    11 munmap(0x7f0000000000, 4096) = 0
    11 +++ exited with 0 +++
    10 munmap(0x7f0000000000, 8192) = 0
    10 +++ exited with 0 +++

    """
  static let areas = """
    00400000-00401000 r-xp 00000000 00:00 0    /bin/true
    7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0    [stack]

    """

  @Test("makes a script of a list of areas and knows one when it sees it")
  func maps() throws {
    for format in ["maps", "auto"] {
      let result = try CommandProcess(["import", "-", "--format", format], input: Self.areas)
      #expect(result.status == 0)
      #expect(
        result.output == """
          maple 1
          # The areas as page numbers.
          tree gaps rcu external-lock
          store 0x400 a
          store 0x7ffd00000...0x7ffd00020 b

          """)
    }
  }

  @Test("makes a script of each process of a log")
  func log() throws {
    let scratch = try ScratchDirectory()
    let log = try scratch.write("log", Self.log)
    let listing = try CommandProcess(["import", log, "--list"])
    #expect(listing.output.split(separator: "\n").map { $0.prefix(3) } == ["10 ", "11 "])
    #expect(try CommandProcess(["import", log, "--directory", "\(scratch.path)/scripts"]).status == 0)
    for process in [10, 11] {
      let path = "\(scratch.path)/scripts/process-\(process).maple"
      #expect(try CommandProcess(["replay", path]).status == 0)
      let alone = try CommandProcess(["import", log, "--process", "\(process)"])
      #expect(alone.output == (try scratch.read("scripts/process-\(process).maple")))
      #expect(alone.output.contains("# Process \(process) of log, page numbers as indices.\n"))
    }
  }

  @Test("asks for a choice among processes, and knows those that are there")
  func choice() throws {
    let several = try CommandProcess(["import", "-"], input: Self.log)
    #expect(several.status == 2)
    #expect(several.errors == "-:1:1: expected one process, or --process or --directory, found 2 processes\n")
    let missing = try CommandProcess(["import", "-", "--process", "12"], input: Self.log)
    #expect(missing.status == 2)
    #expect(missing.errors == "-:1:1: expected process 12, found no such process\n")
    let broken = try CommandProcess(["import", "-"], input: "nothing of the kind\n")
    #expect(broken.status == 2)
    #expect(broken.errorLines.count == 1)
  }
}
