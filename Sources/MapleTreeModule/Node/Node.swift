import RangeMapCore
import Synchronization

/// A handle on the 256 bytes of a node: the only type that reads and writes them.
///
/// | bytes | leaf and range | gap tracking |
/// | --- | --- | --- |
/// | parent word | 0 | 0 |
/// | pivots | 8 to 127 | 8 to 79 |
/// | slots | 128 to 255 | 80 to 159 |
/// | gaps | | 160 to 239 |
/// | end, gap offset | in the last slot | 240, 241 |
///
/// Every word is read and written atomically, since a reader may be in the node while a writer changes it in place; on
/// the machines in question that is a plain move.
struct Node {
  let base: UnsafeMutableRawPointer
  /// The capacity of the node's kind.
  let slotCount: Int
  let kind: NodeKind

  /// Bytes of a node, and their alignment.
  static var byteCount: Int { 256 }

  @inline(__always)
  init(_ reference: NodeReference, in geometry: Geometry) {
    base = reference.base
    kind = reference.kind
    slotCount = geometry.shape(of: reference.kind).slots
  }

  /// A handle on memory that is not part of a tree yet.
  @inline(__always)
  init(base: UnsafeMutableRawPointer, kind: NodeKind, in geometry: Geometry) {
    self.base = base
    self.kind = kind
    slotCount = geometry.shape(of: kind).slots
  }

  /// A handle on memory that is not part of a tree yet, for a node of another one's kind.
  @inline(__always)
  init(base: UnsafeMutableRawPointer, like other: Node) {
    self.base = base
    kind = other.kind
    slotCount = other.slotCount
  }

  @inline(__always)
  var reference: NodeReference { NodeReference(base, kind) }

  @inline(__always)
  var isLeaf: Bool { kind == .leaf }

  @inline(__always)
  var pivotCount: Int { slotCount - 1 }

  // MARK: Words

  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    AccessWitness.note(.load, base + offset)
    return (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .relaxed)
  }

  @inline(__always)
  func setWord(_ value: UInt64, at offset: Int) {
    AccessWitness.note(.store, base + offset)
    (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(value, ordering: .relaxed)
  }

  @inline(__always)
  static func pivotOffset(_ index: Int) -> Int { 8 &+ 8 &* index }

  @inline(__always)
  static var gapsOffset: Int { 160 }

  @inline(__always)
  var slotsOffset: Int { kind == .gapTracking ? 80 : 128 }

  /// The highest index of slot `index`, where it is below the node's end; 0 where it is not used.
  @inline(__always)
  func pivot(_ index: Int) -> UInt64 { word(at: Node.pivotOffset(index)) }

  @inline(__always)
  func setPivot(_ index: Int, _ value: UInt64) { setWord(value, at: Node.pivotOffset(index)) }

  /// The word in a slot: an entry in a leaf, a child elsewhere. What it names is visible whole.
  @inline(__always)
  func slot(_ index: Int) -> UInt64 {
    let place = base + (slotsOffset &+ 8 &* index)
    AccessWitness.note(.load, place)
    let word = place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.load(ordering: .acquiring)
    AccessWitness.note(.readBarrier)
    return word
  }

  /// Publishes a word in a slot. Kernel: `rcu_assign_pointer()`.
  @inline(__always)
  func setSlot(_ index: Int, _ value: UInt64) {
    let place = base + (slotsOffset &+ 8 &* index)
    AccessWitness.note(.release)
    AccessWitness.note(.store, place)
    place.assumingMemoryBound(to: Atomic<UInt64>.self).pointee.store(value, ordering: .releasing)
  }

  /// Orders the loads before it and those after it. Kernel: `smp_rmb()`.
  @inline(__always)
  func orderLoads() {
    if AccessWitness.omitsOrder { return }
    AccessWitness.note(.readBarrier)
    atomicMemoryFence(ordering: .acquiring)
  }

  /// Orders the stores before it and those after it. Kernel: `smp_wmb()`.
  @inline(__always)
  func orderStores() {
    AccessWitness.note(.writeBarrier)
    atomicMemoryFence(ordering: .releasing)
  }

  /// The slots of a node that nobody sees yet, as words.
  @inline(__always)
  var slots: UnsafeMutablePointer<UInt64> { words(at: slotsOffset) }

  /// The words from an offset on, of a node that nobody writes to meanwhile.
  @inline(__always)
  func words(at offset: Int) -> UnsafeMutablePointer<UInt64> { (base + offset).assumingMemoryBound(to: UInt64.self) }

  /// The child in a slot of an internal node.
  @inline(__always)
  func child(_ index: Int) -> NodeReference { NodeReference(word: slot(index)) }

  /// The length of the longest run of NULL below a slot, in indices.
  @inline(__always)
  func gap(_ index: Int) -> UInt64 { word(at: Node.gapsOffset &+ 8 &* index) }

  @inline(__always)
  func setGap(_ index: Int, _ value: UInt64) { setWord(value, at: Node.gapsOffset &+ 8 &* index) }

  // MARK: Metadata

  @inline(__always)
  private var metadataOffset: Int { kind == .gapTracking ? 240 : 120 &+ 8 &* slotCount }

  /// The last used slot, as recorded. In a full leaf or range node the bytes are the last slot's.
  @inline(__always)
  var recordedEnd: Int { Int(word(at: metadataOffset) & 0xff) }

  /// A slot with the greatest gap. Kernel: `ma_meta_gap()`.
  @inline(__always)
  var greatestGapSlot: Int { Int(word(at: metadataOffset) >> 8 & 0xff) }

  /// Writes both bytes. Kernel: `ma_set_meta()`.
  @inline(__always)
  func setMetadata(end: Int, greatestGapSlot: Int = 0) {
    setWord(UInt64(end) | UInt64(greatestGapSlot) << 8, at: metadataOffset)
  }

  /// The last used slot of a node whose highest index is `max`. Kernel: `ma_data_end()`.
  @inline(__always)
  func end(max: UInt64) -> Int {
    if kind == .gapTracking { return recordedEnd }
    let last = pivot(slotCount - 2)
    if last == 0 { return recordedEnd }
    return last == max ? slotCount - 2 : slotCount - 1
  }

  // MARK: Ranges of slots

  /// The highest index of a slot. Kernel: `mas_safe_pivot()`.
  @inline(__always)
  func upperBound(_ index: Int, end: Int, max: UInt64) -> UInt64 { index < end ? pivot(index) : max }

  /// The lowest index of a slot. Kernel: `mas_safe_min()`.
  @inline(__always)
  func lowerBound(_ index: Int, min: UInt64) -> UInt64 { index == 0 ? min : pivot(index - 1) &+ 1 }

  /// The highest index of a slot, without a look for the node's end: the last used slot's pivot, where it has one, is
  /// `max`.
  @inline(__always)
  func upperBound(_ index: Int, max: UInt64) -> UInt64 { index < pivotCount ? pivot(index) : max }

  /// The slot that holds an index: as many as there are pivots below it.
  ///
  /// The middle pivot tells in which half the pivots are counted, without a branch that could be predicted wrong. The
  /// first line of the node is needed in any case, so that no read waits for a line that the middle pivot told. Behind
  /// the last used slot a pivot is 0, which less 1 is below none; the first pivot of all may be 0 and be used.
  /// - Complexity: O(slots).
  @inline(__always)
  func slotIndex(holding index: UInt64) -> Int {
    let before = index == 0 ? 0 : index &- 1
    if kind == .gapTracking {
      // Nine are as fast to count as to halve.
      var count = pivot(0) < index ? 1 : 0
      for position in 1..<9 { count &+= pivot(position) &- 1 < before ? 1 : 0 }
      return count
    }
    let isUpper = pivot(7) &- 1 < before
    let first = isUpper ? 8 : 0
    var count = first &+ (pivot(first) &- (isUpper ? 1 : 0) < (isUpper ? before : index) ? 1 : 0)
    for position in 1..<7 { count &+= pivot(first &+ position) &- 1 < before ? 1 : 0 }
    return count
  }
}
