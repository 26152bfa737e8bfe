import AddressSpaceModel
import RangeMapCore

/// Makes calls on the areas of an address space at random, many of which are refused a step in their middle.
struct ForkCallGenerator {
  private var random: SeededGenerator
  /// Where areas are, or were.
  private var ranges: [KeyRange]
  /// Scenarios differ in which calls they have, so that the others meet more often.
  private let kinds: [ForkOperation.Kind]
  private let isQuiet: Bool
  /// Whether nothing fails in the calls, and nobody looks.
  private let isPlain: Bool

  init(seed: UInt64, ranges: [KeyRange], isPlain: Bool = false) {
    var random = SeededGenerator(seed: seed)
    self.ranges = ranges
    // Maps and moves are what takes most paths.
    let all: [ForkOperation.Kind] =
      isPlain
      ? [.vma, .unmap, .protect, .lock, .unlock, .advise, .touch, .swap]
      : [.vma, .unmap, .remap, .protect, .remap, .vma, .brk, .grow, .lock, .unlock, .advise, .touch, .swap]
    let some = all.filter { _ in random.oneIn(2) }
    kinds = some.isEmpty ? all : some
    isQuiet = random.oneIn(3)
    self.isPlain = isPlain
    self.random = random
  }

  /// Calls before the first fork.
  mutating func next() -> [ForkOperation] {
    if isQuiet { return [] }
    var calls: [ForkOperation] = []
    if !isPlain, random.oneIn(8) { calls.append(.limitAreas(Int(1 + random.below(UInt64(2 * ranges.count + 2))))) }
    for _ in 0..<random.below(6) { calls += call() }
    return calls
  }

  /// Calls after a fork: areas have anon_vmas that a child shared, and are joined and split anew.
  mutating func nextAfterFork() -> [ForkOperation] {
    if isQuiet || random.oneIn(2) { return [] }
    var calls: [ForkOperation] = []
    for _ in 0..<(1 + random.below(3)) { calls += call() }
    return calls
  }

  /// One call, and what makes it one that does something.
  private mutating func call() -> [ForkOperation] {
    let range = someRange()
    var call: ForkOperation
    var before: [ForkOperation] = []
    switch kinds[Int(random.below(UInt64(kinds.count)))] {
    // A kernel refuses to map more than there can ever be.
    case .vma: call = isPlain && range.countLessOne >= pages(0x10_0000) ? .unmap(range) : mapping(range)
    case .unmap: call = .unmap(range)
    case .protect: call = .protect(range, [[], .readable, [.readable, .writable]][Int(random.below(3))])
    case .remap: call = move(range)
    case .brk:
      let start = pages(0x10_0000)
      if random.oneIn(2) { before.append(.moveHeapEnd(to: start)) }
      call = .moveHeapEnd(to: start + pages(random.below(8)))
    case .grow:
      let below = 1 + random.below(random.oneIn(4) ? 300 : 8)
      call = .grow(to: range.first - min(range.first, pages(below)))
    case .lock: call = .setLocked(range, true)
    case .unlock: call = .setLocked(range, false)
    case .advise:
      call = .advise(range, MemoryAdvice.allCases[Int(random.below(UInt64(MemoryAdvice.allCases.count)))])
    case .swap: return [.swap(short(range), isFull: false)]
    case .touch, .pin, .fork, .limit:
      // The model and a kernel have the same folios.
      call = .touch(short(range), order: isPlain ? Int(random.below(6)) : 0)
    }
    if isPlain { return before + [call] }
    if !random.oneIn(3) { call.trial.failure = failure() }
    if random.oneIn(4) {
      let observers = ForkObserver.ofKernels.filter { $0 != .reaper }
      call.trial.observation = ForkObservation(observers[Int(random.below(UInt64(observers.count)))])
    }
    return before + [call]
  }

  private func pages(_ count: UInt64) -> UInt64 { count << AddressLayout.pageShift }

  /// An area, a part of one, or what reaches from one into another.
  private mutating func someRange() -> KeyRange {
    let place = Int(random.below(UInt64(ranges.count)))
    var range = ranges[place]
    let count = range.countLessOne >> AddressLayout.pageShift + 1
    switch random.below(5) {
    case 0: return range
    case 1, 2:
      let first = random.below(count)
      let last = first + random.below(count - first)
      return KeyRange(range.first + pages(first), range.first + pages(last) + AddressLayout.pageSize - 1)
    default:
      range.first += pages(random.below(count))
      let other = ranges[min(ranges.count - 1, place + 1 + Int(random.below(3)))]
      let end = other.first + pages(random.below(other.countLessOne >> AddressLayout.pageShift + 1))
      range.last = max(range.first, end) | (AddressLayout.pageSize - 1)
      return range
    }
  }

  /// The first pages: a line touches few.
  private func short(_ range: KeyRange) -> KeyRange {
    KeyRange(range.first, min(range.last, range.first + pages(32) - 1))
  }

  /// In the place of an area or of a part of it, as memory that its neighbours may join.
  private mutating func mapping(_ range: KeyRange) -> ForkOperation {
    var request = MappingRequest(range, random.oneIn(4) ? .readable : [.readable, .writable])
    if random.oneIn(4) { (request.file, request.filePage) = (Int(random.below(3)), random.below(16)) }
    if random.oneIn(8) { request.flags.insert(.growsDown) }
    return .map(request, hasPolicy: false)
  }

  /// Beside an area, over one, far away, or within its place.
  private mutating func move(_ range: KeyRange) -> ForkOperation {
    let other = ranges[Int(random.below(UInt64(ranges.count)))]
    let size = random.oneIn(3) ? pages(1 + random.below(12)) : 0
    let target: UInt64
    switch random.below(6) {
    case 0: target = range.first
    case 1, 2: target = other.last &+ 1
    case 3: target = other.first
    case 4: target = other.first - min(other.first, range.countLessOne + 1)
    default: target = pages(0x2000_0000 + random.below(0x1000))
    }
    let isHigh = target >= AddressLayout.userEnd
    return .remap(range, to: isHigh ? pages(0x2000_0000) : target, size: size, keepsOld: random.oneIn(5))
  }

  private mutating func failure() -> ForkFailure {
    let kinds: [FailureKind] = [.treeNode, .charge, .vma, .policy, .anonVma, .pageTablePage, .folio]
    let forever = random.oneIn(3)
    if random.oneIn(2) { return .step(1 + random.below(10), kind: nil, forever: forever) }
    return .step(1 + random.below(4), kind: kinds[Int(random.below(UInt64(kinds.count)))], forever: forever)
  }
}
