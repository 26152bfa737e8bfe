import AddressSpaceModel
import Foundation
import Operations
import RangeMapCore
import Testing

@testable import Scenarios

@Suite("Fork scripts")
struct ForkScriptTests {
  @Test(arguments: ForkCorpusTests.files)
  func printingAndReadingGivesTheSame(_ name: String) throws {
    let scenario = try ForkCorpusTests.scenario(name)
    #expect(try ForkScenario.parse(Array(scenario.text.utf8), file: "again") == scenario)
  }

  @Test(arguments: ForkDesignName.formerNames.indices)
  func aFormerNameOfADesignIsReadAndNotWritten(_ place: Int) throws {
    let (word, design) = ForkDesignName.formerNames[place]
    let scenario = try ForkScenario.parse(Array("fork 1\nfork \(word)\n".utf8), file: "former")
    #expect(scenario.operations.map(\.trial.design) == [design])
    #expect(scenario.text == "fork 1\nfork \(design.rawValue)\n")
  }

  @Test func whatIsGeneratedCanBeRead() throws {
    var generator = ForkScenarioGenerator(seed: 5, designs: ForkDesignName.allCases)
    for _ in 0..<500 {
      let scenario = generator.next()
      #expect(try ForkScenario.parse(Array(scenario.text.utf8), file: "again") == scenario)
    }
  }

  @Test func oneSeedGivesOneSequence() {
    var first = ForkScenarioGenerator(seed: 9, designs: ForkDesignName.principal)
    var second = ForkScenarioGenerator(seed: 9, designs: ForkDesignName.principal)
    var other = ForkScenarioGenerator(seed: 10, designs: ForkDesignName.principal)
    var differs = false
    for _ in 0..<20 {
      let scenario = first.next()
      #expect(scenario == second.next())
      if scenario != other.next() { differs = true }
    }
    #expect(differs)
  }

  @Test(arguments: [
    ("", "x.fork:1:1: expected 'fork 1', found an empty file"),
    ("maple 1\n", "x.fork:1:1: expected 'fork 1', found 'maple'"),
    ("fork 2\n", "x.fork:1:6: expected the version 1, found '2'"),
    (
      "fork 1\nvma 0x1000...0x1ffe\n",
      "x.fork:2:5: expected a range of whole pages below 0x7ffffffff000, such as 0x1000...0x2fff, "
        + "found '0x1000...0x1ffe'"
    ),
    (
      "fork 1\nvma 0x0...0xfff bread\n",
      "x.fork:2:17: expected a flag, 'file', 'policy', 'fail', 'observe' or the end of the line, found 'bread'"
    ),
    (
      "fork 1\nfork 7.3 fail 0\n", "x.fork:2:15: expected the number of a step from 1 to 1099511627776, found '0'"
    ),
    (
      "fork 1\nfork 7.3 fail 2 of rent\n",
      "x.fork:2:20: expected 'lock', 'signal', 'tree', 'charge', 'vma', 'policy', 'userfault', 'anon-vma', 'hook', "
        + "'page-table', 'folio', 'page-contents', 'swap-continuation' or 'node-request', found 'rent'"
    ),
    ("fork 1\nexpect peace\n", "x.fork:2:8: expected 'clean' or 'violation', found 'peace'"),
    ("fork 1\nexpect clean\nfork 7.3\n", "x.fork:3:1: expected nothing after the 'expect' line, found 'fork'"),
    ("fork 1\ntree\n", "x.fork:2:5: expected 'tiny', found the end of the line"),
    (
      "fork 1\nvma 0x0...0xfff\ntree tiny\n",
      "x.fork:3:1: expected 'tree' once, as the first line, found 'tree'"
    ),
    (
      "fork 1\ntouch 0x0...0x10000fff",
      "x.fork:2:7: expected a range of whole pages below 0x7ffffffff000, such as 0x1000...0x2fff, 65536 at most, "
        + "found '0x0...0x10000fff'"
    ),
    (
      "fork 1\nmap\n",
      "x.fork:2:1: expected 'vma', 'touch', 'pin', 'unmap', 'protect', 'fork', 'swap', 'remap', 'brk', 'grow', 'lock', "
        + "'unlock', 'advise', 'limit', 'expect' or 'tree', found 'map'"
    ),
    (
      "fork 1\nremap 0x1000...0x1fff 0x5000\n", "x.fork:2:23: expected 'to', found '0x5000'"
    ),
    (
      "fork 1\nremap 0x1000...0x1fff to 0x5000 fail 1 keep\n",
      "x.fork:2:40: expected 'of', 'forever', 'observe' or the end of the line, found 'keep'"
    ),
    ("fork 1\nlimit maps 0\n", "x.fork:2:12: expected a number of areas from 1 to 1048576, found '0'"),
    ("fork 1\nfork 7.3 observe reaper step", "x.fork:2:25: expected 'at' or the end of the line, found 'step'"),
    ("fork 1\npin \u{e9}\n", "x.fork:2:5: expected an address from 0 to 140737488351231, found '\\xc3\\xa9'"),
  ])
  func aFaultIsOneLine(_ text: String, _ message: String) {
    let error = #expect(throws: ScriptError.self) { try ForkScenario.parse(Array(text.utf8), file: "x.fork") }
    #expect(error?.description == message)
  }

  @Test func everyCallIsReadAndWrittenAsItStands() throws {
    let lines = [
      "vma 0x1000...0x1fff write file 3 policy fail 2 of vma forever observe folio at 4",
      "touch 0x1000...0x1fff order 2 fail 1 of folio", "unmap 0x1000...0x1fff fail 3 observe reverse-map",
      "protect 0x1000...0x1fff read fail 1 of tree", "remap 0x1000...0x1fff to 0x5000 size 8192 fail 1",
      "remap 0x1000...0x1fff to 0x5000 keep observe reader", "brk 0x600000 fail 2 of charge", "grow 0x3000 fail 1",
      "lock 0x1000...0x1fff fail 1 of vma", "unlock 0x1000...0x1fff", "advise 0x1000...0x1fff dont-fork fail 1",
      "advise 0x1000...0x1fff free", "limit maps 7",
    ]
    let text = "fork 1\n" + lines.map { $0 + "\n" }.joined()
    let scenario = try ForkScenario.parse(Array(text.utf8), file: "calls")
    #expect(scenario.text == text)
    #expect(Set(scenario.operations).count == lines.count)
    #expect(ForkCoding.decode(ForkCoding.encode(scenario)) == scenario)
  }

  @Test func noBytesTrap() {
    var random = SeededGenerator(seed: 3)
    let words = [
      "fork", "1", "vma", "0x1000...0x1fff", "touch", "D", "fail", "of", "tree", "expect", "at", "\n", "#", "-1", "+",
    ]
    for _ in 0..<2_000 {
      var text = "fork 1\n"
      for _ in 0..<random.below(20) { text += words[Int(random.below(UInt64(words.count)))] + " " }
      let bytes = Array(text.utf8) + (random.oneIn(4) ? [UInt8(random.below(256))] : [])
      _ = try? ForkScenario.parse(bytes, file: "x")
    }
  }

  /// `MAPLECHECK_DOCS=write` writes the table anew.
  @Test func theTableOfLinesIsThatOfTheRows() throws {
    let file = ForkCorpusTests.folder.appending(path: "../../docs/FORK-SCRIPTS.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let parts = page.split(separator: /<!-- lines -->\n|<!-- end -->\n/, omittingEmptySubsequences: false)
    try #require(parts.count == 3)
    if ProcessInfo.processInfo.environment["MAPLECHECK_DOCS"] == "write" {
      let text = "\(parts[0])<!-- lines -->\n\(ForkScenario.documentation)<!-- end -->\n\(parts[2])"
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(parts[1] == ForkScenario.documentation)
    }
    for word in ForkLine.table.words { #expect(page.contains("`\(word)") || parts[1].contains(word), "\(word)") }
  }
}
