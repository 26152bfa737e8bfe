import AddressSpaceModel
import RangeMapCore

/// A fork, and what goes wrong in it.
public struct ForkTrial: Hashable, Sendable {
  public var design: ForkDesignName
  /// The most pages copied at once.
  public var batch: Int
  public var failure: ForkFailure
  public var observation: ForkObservation?

  public init(
    design: ForkDesignName, batch: Int = 1, failure: ForkFailure = .none, observation: ForkObservation? = nil
  ) {
    self.design = design
    self.batch = batch
    self.failure = failure
    self.observation = observation
  }
}

/// One line of a fork script: a call, or a fork. Every kind has the same few fields. `ForkLine` says which of them a
/// kind has; the others are as they begin.
public struct ForkOperation: Hashable, Sendable {
  /// What an operation does. In bytes the kinds are numbered in this order.
  public enum Kind: Int, CaseIterable, Sendable {
    case vma, touch, pin, unmap, protect, fork, swap, remap, brk, grow, lock, unlock, advise, limit
  }

  public var kind: Kind
  /// The range, and of a `vma` what it maps there.
  public var request = MappingRequest(KeyRange(0, 0), [])
  public var hasPolicy = false
  /// The base-2 logarithm of the number of pages of a folio.
  public var order = 0
  /// Whether so many others refer to a swap slot that one more needs memory to count it.
  public var isFull = false
  /// Where a `remap` moves its range; the start of the range if it stays.
  public var target: UInt64 = 0
  /// The bytes that a `remap` makes of its range; 0 for as many as there are.
  public var size: UInt64 = 0
  /// Whether a `remap` leaves the old place mapped, without its pages. Kernel: `MREMAP_DONTUNMAP`.
  public var keepsOld = false
  public var advice = MemoryAdvice.normal
  /// The most areas that a `limit` allows.
  public var areaLimit = ForkLimits.areas
  /// Of a fork all of it. Of another call what fails and who looks.
  public var trial = ForkTrial(design: .oneByOne)

  init(_ kind: Kind) { self.kind = kind }

  private init(_ kind: Kind, _ change: (inout ForkOperation) -> Void) {
    self.init(kind)
    change(&self)
  }

  public static func map(_ request: MappingRequest, hasPolicy: Bool) -> ForkOperation {
    ForkOperation(.vma) { ($0.request, $0.hasPolicy) = (request, hasPolicy) }
  }
  public static func touch(_ range: KeyRange, order: Int) -> ForkOperation {
    ForkOperation(.touch) { ($0.request.range, $0.order) = (range, order) }
  }
  /// Pins the page at an address, as a device does that reads or writes it.
  public static func pin(_ address: UInt64) -> ForkOperation { ForkOperation(.pin) { $0.address = address } }
  public static func unmap(_ range: KeyRange) -> ForkOperation { ForkOperation(.unmap) { $0.request.range = range } }
  public static func protect(_ range: KeyRange, _ flags: VmaFlags) -> ForkOperation {
    ForkOperation(.protect) { ($0.request.range, $0.request.flags) = (range, flags) }
  }
  /// Takes pages of private memory out to swap.
  public static func swap(_ range: KeyRange, isFull: Bool = false) -> ForkOperation {
    ForkOperation(.swap) { ($0.request.range, $0.isFull) = (range, isFull) }
  }
  public static func fork(_ trial: ForkTrial) -> ForkOperation { ForkOperation(.fork) { $0.trial = trial } }

  /// Moves a range, or makes it longer or shorter.
  public static func remap(
    _ range: KeyRange, to target: UInt64, size: UInt64 = 0, keepsOld: Bool = false
  ) -> ForkOperation {
    ForkOperation(.remap) {
      ($0.request.range, $0.target, $0.size, $0.keepsOld) = (range, target, size, keepsOld)
    }
  }
  public static func moveHeapEnd(to address: UInt64) -> ForkOperation { ForkOperation(.brk) { $0.address = address } }
  /// Lets a stack grow down to an address, as a fault below it does.
  public static func grow(to address: UInt64) -> ForkOperation { ForkOperation(.grow) { $0.address = address } }
  public static func setLocked(_ range: KeyRange, _ isLocked: Bool) -> ForkOperation {
    ForkOperation(isLocked ? .lock : .unlock) { $0.request.range = range }
  }
  public static func advise(_ range: KeyRange, _ advice: MemoryAdvice) -> ForkOperation {
    ForkOperation(.advise) { ($0.request.range, $0.advice) = (range, advice) }
  }
  public static func limitAreas(_ count: Int) -> ForkOperation { ForkOperation(.limit) { $0.areaLimit = count } }

  public var isFork: Bool { kind == .fork }
  /// Whether a step of it fails, or somebody looks.
  public var isTried: Bool { trial.failure != .none || trial.observation != nil }

  /// The address of a call that has one.
  public var address: UInt64 {
    get { request.range.first }
    set { request.range = .single(newValue) }
  }
}

/// What a process says of its memory. Kernel: `madvise()`.
public enum MemoryAdvice: String, CaseIterable, Hashable, Sendable {
  case normal
  case sequential
  case dontNeed = "dont-need"
  case free
  case dontFork = "dont-fork"
  case doFork = "do-fork"
  case dontDump = "dont-dump"
  case doDump = "do-dump"
  case wipeOnFork = "wipe-on-fork"
  case keepOnFork = "keep-on-fork"
}

/// What the checks are to say of a script.
public enum ForkExpectation: Hashable, Sendable {
  case clean
  case violation(ForkLaw)
}

/// An address space, and forks of it one after the other. `docs/FORK-SCRIPTS.md` has the text form.
public struct ForkScenario: Hashable, Sendable {
  /// The sizes of tree nodes.
  public var geometry: GeometryName
  public var operations: [ForkOperation]
  public var expectation: ForkExpectation?

  public init(
    geometry: GeometryName = .linux64, operations: [ForkOperation] = [], expectation: ForkExpectation? = nil
  ) {
    self.geometry = geometry
    self.operations = operations
    self.expectation = expectation
  }
}

/// How large a scenario may be, so that none takes long.
public enum ForkLimits {
  /// Pages that one line touches.
  public static let touchedPages: UInt64 = 65_536
  /// The number of files.
  public static let files = 16
  /// The base-2 logarithm of the number of pages of the largest folio.
  public static let order = 9
  public static let operations = 1024
  /// The most areas of an address space, if a script says nothing else. Kernel: `DEFAULT_MAX_MAP_COUNT`.
  public static let areas = 65_530
  /// Lines of a fuzzer's input.
  public static let fuzzedOperations = 64
  /// Pages that one line of a fuzzer's input touches.
  public static let fuzzedPages: UInt64 = 1_920
}
