import Foundation
import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import SeededDefects
import Support
import Testing

@testable import maplecheck

/// What libFuzzer does, without coverage: inputs change and are run, from a fixed seed.
@Suite("The fuzz targets")
struct FuzzingTests {
  /// Calls `body` with an input, then with a mutation of it or of two, until it returns false.
  func mutate(seed: UInt64, count: Int, _ body: (UnsafeRawBufferPointer) -> Bool) {
    var random = SeededGenerator(seed: seed)
    var pool: [[UInt8]] = [[], [8]]
    for _ in 0..<count {
      let input = pool[Int(random.below(UInt64(pool.count)))]
      let other = pool[Int(random.below(UInt64(pool.count)))]
      let next = input.withUnsafeBytes { input in
        if random.oneIn(4) {
          return other.withUnsafeBytes {
            FuzzingMutation.crossOver(input, $0, greatestSize: 600, seed: random.next())
          }
        }
        return FuzzingMutation.mutate(input, greatestSize: 600, seed: random.next())
          ?? (0..<40).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      }
      #expect(next.count <= 600)
      guard next.withUnsafeBytes(body) else { return }
      if pool.count < 64 { pool.append(next) } else { pool[Int(random.below(64))] = next }
    }
  }

  @Test("find nothing in the tree on a fixed seed", arguments: [1, 2] as [UInt64])
  func tree(seed: UInt64) {
    var fuzzing = TreeFuzzing { MapleTreeSubject(configuration: $0) }
    var finding: Finding<Script>?
    mutate(seed: seed, count: 1_600) { bytes in
      finding = fuzzing.run(bytes)
      return finding == nil
    }
    #expect(finding == nil, "\(finding?.scriptText ?? "")")
    #expect(fuzzing.summary.inputs == 1_600)
    #expect(fuzzing.summary.operations > 16_000)
    #expect(fuzzing.summary.refusals > 0)
    #expect(fuzzing.summary.table.rows.count { $0.count > 0 } > 20)
    #expect(fuzzing.summary.executions > 1_200 && fuzzing.summary.executions <= 1_600)
    let start = "inputs 1600, executions \(fuzzing.summary.executions), operations compared "
    #expect(fuzzing.summary.text.hasPrefix(start))
  }

  @Test("find the canary and shrink it to six operations or fewer")
  func canary() throws {
    var fuzzing = TreeFuzzing { CanarySubject(configuration: $0) }
    var found: Finding<Script>?
    mutate(seed: 1, count: 5_000) { bytes in
      found = fuzzing.run(bytes)
      return found == nil
    }
    let finding = fuzzing.shrink(try #require(found))
    #expect(finding.script.operations.count <= 6)
    let report = finding.report(savedAs: nil, replay: "replay --subject canary")
    #expect(report.contains("replay --subject canary - <<'end'\nmaple 1\n"))
  }

  @Test("find nothing in the reader of scripts on mutated scripts")
  func script() throws {
    var random = SeededGenerator(seed: 7)
    var parsed = 0
    for seed in 0..<60 as Range<UInt64> {
      var generator = OperationGenerator(seed: seed)
      let script = Script(configuration: generator.configuration, operations: (0..<40).map { _ in generator.next() })
      let whole = Array(ScriptText.print(script).utf8)
      #expect(whole.withUnsafeBytes { ScriptFuzzing.run($0) } == nil)
      for _ in 0..<20 {
        var text = whole
        for _ in 0...random.below(3) {
          let place = Int(random.below(UInt64(text.count)))
          switch random.below(4) {
          case 0: text[place] = UInt8(truncatingIfNeeded: random.next())
          case 1: text.remove(at: place)
          case 2: text.insert(contentsOf: text[place..<min(place + 9, text.count)], at: place)
          default: text.removeLast(text.count - place - 1)
          }
        }
        #expect(text.withUnsafeBytes { ScriptFuzzing.run($0) } == nil)
        if (try? ScriptText.parse(text, file: "text")) != nil { parsed += 1 }
      }
    }
    #expect(parsed > 50)
  }

  @Test("see a coding that loses something")
  func seesDefects() {
    // A load has no number, so that its text is of another script.
    var load = Operation.load(1)
    load.number = 5
    #expect(ScriptFuzzing.problem(of: Script(operations: [load]))?.contains("load 0x1") == true)
  }

  @Test("have dictionaries that are current", arguments: DictionaryCommand.Target.allCases)
  func dictionary(target: DictionaryCommand.Target) throws {
    let root = ProjectFolder.ofSource()
    let name = target.rawValue
    let text = try String(contentsOf: root.appendingPathComponent("corpus/\(name)/\(name).dict"), encoding: .utf8)
    #expect(text == target.text, "maplecheck dictionary \(name) -o corpus/\(name)/\(name).dict")
  }

  @Test("keep what they find whole under a name that its script gives it")
  func saving() throws {
    let scratch = try ScratchDirectory()
    let violation = Violation(kind: .wrongResult, operationIndex: 0, operation: "load 0x1", expected: "a", found: "b")
    let finding = Finding(script: Script(operations: [.load(1)]), violation: violation)
    let path = try finding.save(in: "\(scratch.path)/a/b")
    #expect(path == "\(scratch.path)/a/b/\(finding.fileName)")
    #expect(finding.fileName.hasPrefix("wrongResult-") && finding.fileName.hasSuffix(".maple"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/a/b") == [finding.fileName])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == finding.scriptText)
    #expect(throws: WholeFileError.self) { try finding.save(in: "\(path)/below a file") }
  }
}
