import RangeMapCore
import SortedArrayOracle
import Testing

/// Does again what the kernel was seen to do, and must get what it got.
@Suite struct KernelTraceTests {
  @Test func theOracleDoesWhatTheKernelDid() throws {
    let lines = KernelTrace.text.split(separator: "\n")
    try #require(lines.count > 300)
    var replay = Replay()
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: " ").map(String.init)
      let arrow = words.firstIndex(of: "=>") ?? words.count
      let expected = words.dropFirst(arrow + 1).joined(separator: " ")
      let result = try replay.run(words[0], words[1..<arrow].map { try #require(UInt64($0, radix: 16)) })
      try #require(result == expected, "line \(number + 1): \(line)")
      try #require(replay.map.brokenLaws() == [])
    }
  }
}

/// Runs a line of a trace on an oracle, and says what came of it in the trace's own words.
private struct Replay {
  private static let configuration = MapConfiguration(tracksGaps: true)
  private static let allocated = Entry(nonNullWord: 5)
  private static let moves: [String: CursorMove] = [
    "mwalk": .walk, "mfind": .find, "mfindr": .findRange, "mnext": .next, "mnextr": .nextRange,
    "mprev": .previous, "mprevr": .previousRange, "mrev": .findReverse, "mrevr": .findRangeReverse,
  ]

  private(set) var map = SortedArrayOracle(configuration: configuration)
  private var next: UInt64 = 0

  mutating func run(_ name: String, _ numbers: [UInt64]) throws -> String {
    if let move = Self.moves[name] {
      let entry = map.cursorMove(Int(numbers[0]), move, limit: numbers[1])
      return cursor(Int(numbers[0]), entry)
    }
    switch name {
    case "cset", "cpause", "creset", "cstore", "cerase": return try runOnCursor(name, Int(numbers[0]), numbers)
    case "load", "find", "next", "prev": return read(name, numbers)
    case "low", "high", "alow", "ahigh", "cyclic": return allocate(name, numbers)
    case "reset": self = Replay()
    case "setnext": next = numbers[0]
    case "erase": return word(try map.erase(at: numbers[0], policy: .maySleep))
    case "store", "insert":
      let range = KeyRange(numbers[0], numbers[1])
      let entry = Entry(word: numbers[2])
      do throws(RangeMapError) {
        if name == "insert", let entry {
          try map.insert(entry, over: range, policy: .maySleep)
        } else {
          try map.store(entry, over: range, policy: .maySleep)
        }
        return "0"
      } catch {
        return "\(error.kernelCode)"
      }
    default: Issue.record("no such call: \(name)")
    }
    return ""
  }

  private mutating func runOnCursor(_ name: String, _ number: Int, _ numbers: [UInt64]) throws -> String {
    var entry: Entry?
    switch name {
    case "cset": map.cursorSet(number, to: KeyRange(numbers[1], numbers[2]))
    case "cpause": map.cursorPause(number)
    case "creset": map.cursorReset(number)
    case "cstore": entry = try map.cursorStore(number, Entry(word: numbers[1]), policy: .maySleep)
    default: entry = try map.cursorErase(number, policy: .maySleep)
    }
    return cursor(number, entry)
  }

  private func read(_ name: String, _ numbers: [UInt64]) -> String {
    switch name {
    case "load": return word(map.load(numbers[0]))
    case "next": return word(map.next(after: numbers[0], through: numbers[1]))
    case "prev": return word(map.previous(before: numbers[0], downTo: numbers[1]))
    default:
      var index = numbers[0]
      return "\(word(map.find(&index, through: numbers[1]))) \(hexadecimal(index))"
    }
  }

  private mutating func allocate(_ name: String, _ numbers: [UInt64]) -> String {
    let window = KeyRange(numbers[0], numbers[1])
    let entry = Self.allocated
    var code: Int32 = 0
    var start: UInt64 = 0
    do throws(RangeMapError) {
      switch name {
      case "low": start = try map.lowestGap(of: numbers[2], in: window)
      case "high": start = try map.highestGap(of: numbers[2], in: window)
      case "alow": start = try map.allocateLowest(entry, size: numbers[2], in: window, policy: .maySleep)
      case "ahigh": start = try map.allocateHighest(entry, size: numbers[2], in: window, policy: .maySleep)
      default:
        let (index, wrapped) = try map.allocateCyclic(entry, in: window, next: &next, policy: .maySleep)
        start = index
        code = wrapped ? 1 : 0
      }
    } catch {
      code = error.kernelCode
    }
    return "\(code) \(hexadecimal(start))" + (name == "cyclic" ? " \(hexadecimal(next))" : "")
  }

  private func cursor(_ number: Int, _ entry: Entry?) -> String {
    let state = map.cursorState(number)
    return "\(word(entry)) \(hexadecimal(state.range.first)) \(hexadecimal(state.range.last)) \(state.status)"
  }

  private func word(_ entry: Entry?) -> String { hexadecimal(entry?.word ?? 0) }

  private func hexadecimal(_ number: UInt64) -> String { String(number, radix: 16) }
}
