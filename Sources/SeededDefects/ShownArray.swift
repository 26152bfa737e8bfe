import RangeMapCore
import SortedArrayOracle

/// A map of 16 indices that shows its accesses: a pointer to an array of 16 words, which each store replaces. It does
/// one thing wrong beside a reader, for the tests of each law; without a defect it does all right.
///
/// What no test reads is an oracle's.
public struct ShownArray: OracleBackedSubject, WitnessedRangeMap, ~Copyable {
  public var base: SortedArrayOracle
  private let defect: ReaderDefect?
  private let memory = Memory()

  /// The memory, which a call that may not change the map reads too.
  private final class Memory {
    /// The pointer to the array that is current.
    let root: UnsafeMutablePointer<UInt64>
    /// As many arrays as a test needs, each of the size of a node.
    let arrays: UnsafeMutableRawPointer
    var used = 1
    var hook: AccessHook?
    var context: UnsafeMutableRawPointer?
    var complaint: String?
    static let count = 64
    static let bytes = 256

    init() {
      root = .allocate(capacity: 1)
      arrays = .allocate(byteCount: Memory.count * Memory.bytes, alignment: Memory.bytes)
      arrays.initializeMemory(as: UInt64.self, repeating: 0, count: Memory.count * Memory.bytes / 8)
      root.pointee = UInt64(UInt(bitPattern: arrays))
    }

    deinit {
      root.deallocate()
      arrays.deallocate()
    }

    /// - Returns: whether the call may go on.
    @discardableResult
    func tell(_ access: MemoryAccess, _ place: UnsafeMutableRawPointer? = nil, size: UInt64 = 8) -> Bool {
      hook.map { $0(context, access.rawValue, place, size, 0) } ?? true
    }

    func load(_ place: UnsafeMutablePointer<UInt64>) -> UInt64 {
      tell(.load, place)
      return place.pointee
    }

    func store(_ value: UInt64, _ place: UnsafeMutablePointer<UInt64>) {
      tell(.store, place)
      place.pointee = value
    }

    func array(_ word: UInt64) -> UnsafeMutablePointer<UInt64> {
      UnsafeMutablePointer(bitPattern: UInt(word)).unsafelyUnwrapped
    }
  }

  public init(configuration: MapConfiguration, defect: ReaderDefect? = nil) {
    base = SortedArrayOracle(configuration: configuration)
    self.defect = defect
  }

  /// The indices that the array has; an entry above is in the oracle alone.
  private static let indices = 0..<16 as Range<UInt64>

  public func witness(_ hook: AccessHook?, context: UnsafeMutableRawPointer?) {
    (memory.hook, memory.context) = (hook, context)
  }

  // MARK: Writer

  public mutating func store(
    _ entry: Entry?, over range: KeyRange, policy: AllocationPolicy
  ) throws(RangeMapError) {
    try base.store(entry, over: range, policy: policy)
    let before = memory.array(memory.load(memory.root))
    let places = Int(range.first)...Int(min(range.last, 15))
    switch defect {
    case .showsAnotherEntry:
      let former = before[places.lowerBound]
      memory.store(0x9000, before + places.lowerBound)
      memory.store(former, before + places.lowerBound)
    case .clearsNeighbour where places.upperBound < 15:
      let former = before[places.upperBound + 1]
      memory.store(0, before + places.upperBound + 1)
      memory.store(former, before + places.upperBound + 1)
    case .hidesStore:
      for place in places { before[place] = entry?.word ?? 0 }
      return
    default: break
    }
    let next = memory.arrays.advanced(by: memory.used * Memory.bytes).assumingMemoryBound(to: UInt64.self)
    memory.used += 1
    memory.tell(.nodeTaken, next, size: 256)
    for place in 0..<16 {
      let word = places.contains(place) ? entry?.word ?? 0 : before[place]
      memory.store(word, next + place)
    }
    if defect != .publishesPlainly { memory.tell(.release) }
    memory.store(UInt64(UInt(bitPattern: next)), memory.root)
    if defect == .freesAtOnce { memory.tell(.nodeFreed, before, size: 256) }
  }

  // MARK: Readers

  public func load(_ index: UInt64) -> Entry? {
    guard Self.indices.contains(index) else { return base.load(index) }
    let root = memory.load(memory.root)
    let word = memory.load(memory.array(root) + Int(index))
    switch defect {
    case .showsReservation where memory.load(memory.root) != root: return Entry.zero
    case .waitsForFormer:
      while memory.tell(.load, memory.root), memory.root.pointee != root {}
    case .marksAsRead: memory.store(1, memory.array(root) + 16)
    case .complains where memory.load(memory.root) != root: memory.complaint = "the array was replaced"
    default: break
    }
    let entry = Entry(word: word)
    return entry?.isZero == true ? nil : entry
  }

  public func find(_ index: inout UInt64, through limit: UInt64) -> Entry? {
    let root = memory.load(memory.root)
    var place = index
    if defect == .searchesAgainFromZero && memory.load(memory.root) != root { place = 0 }
    while place <= min(limit, 15) {
      if let entry = Entry(word: memory.load(memory.array(root) + Int(place))), !entry.isZero {
        index = place + 1
        return entry
      }
      place += 1
    }
    return nil
  }

  public func lowestGap(of size: UInt64, in window: KeyRange) throws(RangeMapError) -> UInt64 {
    var root = memory.load(memory.root)
    var free: UInt64 = 0
    for place in window.first...min(window.last, 15) {
      if defect == .joinsTwoGaps && free == size / 2 { root = memory.load(memory.root) }
      free = memory.load(memory.array(root) + Int(place)) == 0 ? free + 1 : 0
      if free == size { return place + 1 - size }
    }
    throw .noSpace
  }

  // MARK: Harness

  public func brokenLaws() -> [String] {
    defer { memory.complaint = nil }
    return memory.complaint.map { [$0] } ?? []
  }

  public var hasNoticedViolation: Bool { memory.complaint != nil }

  public func slot(at index: UInt64) -> (range: KeyRange, entry: Entry?) {
    // What is above the array nobody stores.
    guard Self.indices.contains(index) else { return (KeyRange(16, .max), nil) }
    return (.single(index), Entry(word: memory.array(memory.root.pointee)[Int(index)]))
  }
}
