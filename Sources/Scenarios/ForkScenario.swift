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
    case vma, touch, pin, unmap, protect, fork, swap
  }

  public var kind: Kind
  /// The range, and of a `vma` what it maps there.
  public var request = MappingRequest(KeyRange(0, 0), [])
  public var hasPolicy = false
  /// The base-2 logarithm of the number of pages of a folio.
  public var order = 0
  /// Whether so many others refer to a swap slot that one more needs memory to count it.
  public var isFull = false
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

  public var isFork: Bool { kind == .fork }

  /// The address of a `pin`.
  public var address: UInt64 {
    get { request.range.first }
    set { request.range = .single(newValue) }
  }
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
  /// Lines of a fuzzer's input.
  public static let fuzzedOperations = 64
  /// Pages that one line of a fuzzer's input touches.
  public static let fuzzedPages: UInt64 = 1_920
}
