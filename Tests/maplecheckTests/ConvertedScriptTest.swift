import Harness
import MapleTreeModule
import Operations
import RangeMapCore
import Testing

@Test("every-operation")
func replaysEveryOperation() {
  let script = Script(
    configuration: MapConfiguration(tracksGaps: true),
    operations: [
      .load(0x10),
      .find(from: 0x0, through: .max),
      .findAfter(from: 0x1, through: 0xff),
      .next(after: 0x1, through: .max),
      .previous(before: 0x8, downTo: 0x0),
      .lowestGap(size: 0x4, window: KeyRange(0x0, 0xff)),
      .highestGap(size: 0x4, window: KeyRange(0x0, .max)),
      .store(KeyRange(0x10, 0x1f), Entry(nonNullWord: 0x1000), .maySleep),
      .insert(KeyRange(0x20, 0x2f), Entry(nonNullWord: 0xb), .mustNotSleep),
      .erase(0x20, .maySleep),
      .allocateLowest(size: 0x2, window: KeyRange(0x0, 0xff), Entry(nonNullWord: 0x2000), .maySleep),
      .allocateHighest(size: 0x2, window: KeyRange(0x0, 0xff), Entry(nonNullWord: 0x3000), .atomic),
      .allocateCyclic(window: KeyRange(0x100, 0x1ff), Entry(nonNullWord: 0x406), .maySleep),
      .setReadCopyUpdate(true),
      .duplicate(.maySleep),
      .fill(count: 20, first: 0x1000, stride: 0x4, width: 0x2, Entry(nonNullWord: 0x406a)),
      .prepare(KeyRange(0x10, 0x17), nil, .maySleep),
      .storePrepared,
      .prepare(KeyRange(0x10, 0x17), Entry(nonNullWord: 0x4000), .maySleep),
      .abandonPrepared,
      .beginBulk(expecting: 0x4, .maySleep),
      .bulkStore(KeyRange(0x2000, 0x20ff), Entry(nonNullWord: 0x5000)),
      .bulkFill(count: 3, first: 0x2100, stride: 0x10, width: 0x4, Entry(nonNullWord: 0x1000)),
      .endBulk,
      .cursorSet(0, KeyRange(0x10, 0x13)),
      .cursorMove(0, .find, limit: .max),
      .cursorPause(0),
      .cursorReset(1),
      .cursorStore(0, Entry(nonNullWord: 0x6000), .maySleep),
      .cursorErase(0, .maySleep),
      .failAllocation(1, forever: true),
      .store(KeyRange(0x18, 0x19), Entry(nonNullWord: 0x7000), .maySleep),
      .interlope(KeyRange(0x30, 0x30), Entry(nonNullWord: 0x8000)),
      .failAllocation(1, forever: false),
      .store(KeyRange(0x1b, 0x1c), Entry(nonNullWord: 0x9000), .maySleep),
      .enterReader,
      .leaveReader,
      .atMost(nodes: 1),
      .store(KeyRange(0x40, 0x40), Entry(nonNullWord: 0x1000), .maySleep),
      .verify,
      .removeAll,
    ])
  let report = Runner<MapleTreeSubject>.run(script) { MapleTreeSubject(configuration: $0) }
  #expect(report.violation == nil)
}
