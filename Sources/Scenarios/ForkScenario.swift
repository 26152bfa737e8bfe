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

/// One line of a fork script.
public enum ForkOperation: Hashable, Sendable {
  case map(MappingRequest, hasPolicy: Bool)
  case touch(KeyRange, order: Int)
  /// Pins the page at an address, as a device does that reads or writes it.
  case pin(UInt64)
  case unmap(KeyRange)
  case protect(KeyRange, VmaFlags)
  case fork(ForkTrial)
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
  public static let files: UInt64 = 16
  /// The base-2 logarithm of the number of pages of the largest folio.
  public static let order: UInt64 = 9
  public static let operations = 1024
}
