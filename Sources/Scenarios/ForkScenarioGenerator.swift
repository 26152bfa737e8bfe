import AddressSpaceModel
import RangeMapCore

/// Makes scenarios at random: each seed's sequence is the same everywhere. Each scenario leaves out some of the flags
/// and some of
/// the failures, so that the others meet more often.
public struct ForkScenarioGenerator: Sendable {
  private var random: SeededGenerator
  /// The designs to choose from.
  public let designs: [ForkDesignName]
  /// Whether scenarios have the calls and the observers of a kernel's machine.
  public let isOfKernels: Bool

  /// Whether scenarios have calls in which nothing fails and at which nobody looks, as lockstep compares them.
  public let hasPlainCalls: Bool

  public init(
    seed: UInt64, designs: [ForkDesignName], isOfKernels: Bool = false, hasPlainCalls: Bool = false
  ) {
    precondition(!designs.isEmpty, "there is a design to choose")
    random = SeededGenerator(seed: seed)
    self.designs = designs
    self.isOfKernels = isOfKernels
    self.hasPlainCalls = hasPlainCalls
  }

  /// Where mappings begin: the bottom, and each side of where a table of each level ends.
  private static let bases: [UInt64] = [
    0, 0x1000, 0x40_0000, 0x5f_f000, 0x3fff_f000, 0x7fff_e000, 0x7f_ffff_f000, 0xff_ffff_f000, 0x5555_5555_4000,
    0x7f00_0000_0000, 0x7fff_f7ff_e000, 0x7fff_ffff_0000,
  ]

  public mutating func next() -> ForkScenario {
    var scenario = ForkScenario(geometry: random.oneIn(4) ? .linux64 : .tiny)
    let flags = allowedFlags()
    let count = Int(1 + random.below(random.oneIn(8) ? 60 : 14))
    var ranges: [KeyRange] = []
    var address = Self.bases[Int(random.below(4))]
    for _ in 0..<count {
      if random.oneIn(4) { address = max(address, Self.bases[Int(random.below(UInt64(Self.bases.count)))]) }
      let size = (1 + random.below(random.oneIn(6) ? 600 : 8)) << AddressLayout.pageShift
      guard let range = KeyRange(start: address, end: address + size) else { break }
      ranges.append(range)
      scenario.operations.append(mapping(range, flags))
      if !random.oneIn(3) { scenario.operations.append(touch(range)) }
      address = range.last + 1 + gap()
    }
    if let range = ranges.randomElement(using: &random), random.oneIn(4) { scenario.operations.append(.unmap(range)) }
    if let range = ranges.randomElement(using: &random), random.oneIn(4) {
      scenario.operations.append(.pin(range.first))
    }
    // A generator of its own: all that follows is what it would be without swap.
    var swapping = random
    if let range = ranges.randomElement(using: &swapping), swapping.oneIn(4) {
      scenario.operations.append(swap(range, &swapping))
    }
    // The calls of a kernel have a generator of their own too.
    var calls =
      (isOfKernels || hasPlainCalls) && !ranges.isEmpty
      ? ForkCallGenerator(seed: random.next(), ranges: ranges, isPlain: hasPlainCalls) : nil
    if let made = calls?.next() { scenario.operations += made }
    for _ in 0..<(1 + random.below(4)) {
      scenario.operations.append(.fork(trial(count)))
      if let made = calls?.nextAfterFork() { scenario.operations += made }
    }
    return scenario
  }

  private mutating func allowedFlags() -> [VmaFlags] {
    let all: [VmaFlags] = [
      .dontCopy, .wipeOnFork, .growsDown, .shared, .special, .locked, .noReserve, .userfault, .hugePage,
    ]
    return all.filter { _ in random.oneIn(2) }
  }

  private mutating func gap() -> UInt64 {
    let pages: UInt64
    switch random.below(6) {
    case 0, 1: pages = 0
    case 2, 3: pages = 1 + random.below(4)
    case 4: pages = random.below(0x400)
    default: pages = random.below(0x80000)
    }
    return pages << AddressLayout.pageShift
  }

  private mutating func mapping(_ range: KeyRange, _ allowed: [VmaFlags]) -> ForkOperation {
    var request = MappingRequest(range, .readable)
    if !random.oneIn(3) { request.flags.insert(.writable) }
    for flag in allowed where random.oneIn(4) { request.flags.insert(flag) }
    if random.oneIn(3) {
      request.file = Int(random.below(3))
      request.filePage = random.below(16)
    }
    return .map(request, hasPolicy: random.oneIn(6))
  }

  private mutating func touch(_ range: KeyRange) -> ForkOperation {
    if random.oneIn(3) { return .touch(range, order: Int(random.below(5))) }
    let last = range.first + random.below(4) << AddressLayout.pageShift + (AddressLayout.pageSize - 1)
    return .touch(KeyRange(range.first, min(last, range.last)), order: 0)
  }

  /// Some of the first pages of a mapping.
  private func swap(_ range: KeyRange, _ random: inout SeededGenerator) -> ForkOperation {
    let last = range.first + random.below(4) << AddressLayout.pageShift + (AddressLayout.pageSize - 1)
    return .swap(KeyRange(range.first, min(last, range.last)), isFull: random.oneIn(3))
  }

  private mutating func trial(_ vmas: Int) -> ForkTrial {
    var trial = ForkTrial(design: designs[Int(random.below(UInt64(designs.count)))])
    trial.batch = [1, 1, 4, 16, 512][Int(random.below(5))]
    let forever = random.oneIn(2)
    let kinds: [FailureKind] = [.signal, .treeNode, .charge, .vma, .policy, .anonVma, .pageTablePage, .folio, .hook]
    switch random.below(10) {
    case 0: break
    case 1: trial.failure = .nodeRequest(1 + random.below(UInt64(vmas) + 2), forever: forever)
    case 2...5:
      trial.failure = .step(1 + random.below(UInt64(vmas) * 6), kind: nil, forever: forever)
    default:
      let kind = kinds[Int(random.below(UInt64(kinds.count)))]
      trial.failure = .step(1 + random.below(kind == .hook ? 1 : UInt64(vmas)), kind: kind, forever: forever)
    }
    if !random.oneIn(3) {
      let observers = isOfKernels ? ForkObserver.ofKernels : trial.design.observers
      trial.observation = ForkObservation(observers[Int(random.below(UInt64(observers.count)))])
      if random.oneIn(2) { trial.observation?.step = Int(1 + random.below(UInt64(vmas) * 2 + 4)) }
    }
    return trial
  }
}
