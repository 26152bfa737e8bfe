import Operations
import RangeMapCore

/// Scripts to test with.
enum Samples {
  /// One operation of every kind, with values at their ends.
  static let operations: [Operation] = [
    .load(0x10), .load(.max), .find(from: 0x10, through: 0xff), .find(from: 0, through: .max),
    .findAfter(from: 1, through: 0), .next(after: 0x10, through: .max), .previous(before: .max, downTo: 0),
    .previous(before: 0x10, downTo: 0x8), .lowestGap(size: 4, window: KeyRange(0, 0xff)),
    .highestGap(size: .max, window: .all), .store(KeyRange(0x10, 0x1f), Entry(word: 0x1000), .maySleep),
    .store(.all, nil, .atomic), .store(KeyRange(0x1f, 0x10), .zero, .mustNotSleep),
    .insert(.single(5), .value(7), .maySleep), .erase(0x10, .atomic), .erase(0, .maySleep),
    .allocateLowest(size: 4, window: KeyRange(0, 0xfff), Entry(nonNullWord: 26 << 12), .maySleep),
    .allocateHighest(size: 1_000_000, window: .all, Entry(nonNullWord: 27 << 12), .atomic),
    .allocateCyclic(window: KeyRange(5, 10), .value(UInt64(Int64.max)), .mustNotSleep), .removeAll,
    .setReadCopyUpdate(true), .setReadCopyUpdate(false), .duplicate(.maySleep), .duplicate(.atomic),
    .fill(count: .max, first: .max, stride: .max, width: 0, Entry(nonNullWord: 2)),
    .fill(count: 100, first: 0, stride: 10, width: 6, Entry(nonNullWord: 0x1000)),
    .prepare(KeyRange(0, 0xfff), Entry(nonNullWord: 0x2000), .maySleep), .prepare(KeyRange(1, .max), nil, .atomic),
    .storePrepared, .abandonPrepared, .beginBulk(expecting: 100, .maySleep), .beginBulk(expecting: .max, .atomic),
    .bulkStore(KeyRange(0x10, 0x1f), Entry(nonNullWord: 0x406a)), .bulkStore(.all, nil), .endBulk,
    .cursorSet(0, KeyRange(0x10, 0x1f)), .cursorSet(3, KeyRange(.max, 0)),
    .cursorMove(0, .walk, limit: .max), .cursorMove(0, .walk, limit: 0), .cursorMove(1, .find, limit: 0xff),
    .cursorMove(1, .findRange, limit: .max), .cursorMove(2, .next, limit: 0), .cursorMove(2, .nextRange, limit: 1),
    .cursorMove(3, .previous, limit: 0), .cursorMove(3, .previousRange, limit: .max),
    .cursorMove(3, .findReverse, limit: 0x10), .cursorMove(3, .findRangeReverse, limit: 0), .cursorPause(1),
    .cursorReset(2), .cursorStore(0, Entry(nonNullWord: 0x1000), .maySleep), .cursorStore(1, nil, .atomic),
    .cursorErase(3, .mustNotSleep), .failAllocation(2, forever: false), .failAllocation(.max, forever: true),
    .interlope(KeyRange(0, 3), Entry(nonNullWord: .max)), .interlope(.all, nil), .enterReader, .leaveReader, .verify,
    .bulkFill(count: .max, first: 0, stride: 0, width: .max, .zero), .atMost(nodes: 0), .atMost(nodes: .max),
    .bulkFill(count: 100, first: 0x10, stride: 10, width: 6, Entry(nonNullWord: 0x1000)),
  ]

  static let configurations: [MapConfiguration] = (0..<16).map { bits in
    MapConfiguration(
      tracksGaps: bits & 1 != 0, usesReadCopyUpdate: bits & 2 != 0, hasExternalLock: bits & 4 != 0,
      geometry: bits & 8 != 0 ? .tiny : .linux64)
  }

  /// A script that the generator makes.
  static func generated(seed: UInt64, count: Int) -> Script {
    var generator = OperationGenerator(seed: seed)
    return Script(configuration: generator.configuration, operations: (0..<count).map { _ in generator.next() })
  }

  static func bytes(count: Int, using random: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  /// A script whose values are any words at all, which generators seldom make.
  static func arbitrary(seed: UInt64, count: Int) -> Script {
    var random = SeededGenerator(seed: seed)
    func word() -> UInt64 { (random.next() >> random.below(64)) << (random.oneIn(4) ? random.below(64) : 0) }
    func range() -> KeyRange { KeyRange(word(), word()) }
    func entry() -> Entry { Entry(word: word()) ?? .zero }
    let operations = (0..<count).map { place -> Operation in
      let policy = AllocationPolicy.allCases[Int(random.below(3))]
      return switch place % 12 {
      case 0: .store(range(), random.oneIn(4) ? nil : entry(), policy)
      case 1: .fill(count: UInt16(truncatingIfNeeded: word()), first: word(), stride: word(), width: word(), entry())
      case 2: .allocateLowest(size: word(), window: range(), entry(), policy)
      case 3: .allocateCyclic(window: range(), entry(), policy)
      case 4: .find(from: word(), through: word())
      case 5: .previous(before: word(), downTo: word())
      case 6: .cursorMove(Int(random.below(4)), CursorMove.allCases[Int(random.below(9))], limit: word())
      case 7: .cursorSet(Int(random.below(4)), range())
      case 8: .failAllocation(word(), forever: random.oneIn(2))
      case 9: .beginBulk(expecting: word(), policy)
      case 10: .interlope(range(), entry())
      default: .highestGap(size: word(), window: range())
      }
    }
    return Script(configuration: configurations[Int(random.below(16))], operations: operations)
  }
}
