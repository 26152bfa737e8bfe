import Operations
import RangeMapCore

/// A line of a script of readers.
public struct ReaderOperation: Hashable, Sendable {
  public enum Role: Hashable, Sendable {
    /// Done before any reader comes.
    case setUp
    /// Done by the writer while readers read.
    case writer
    /// Done by a reader, from 0.
    case reader(Int)
  }

  public var role: Role
  public var operation: Operation
  /// What the reader sees; `nil` if all is tried.
  public var schedule: CallSchedule?

  /// Whether the operation reads, and does not only set a cursor.
  var isCall: Bool { operation.kind != .cursorSet && operation.kind != .cursorReset && operation.kind != .cursorPause }

  public init(_ role: Role, _ operation: Operation, schedule: CallSchedule? = nil) {
    (self.role, self.operation, self.schedule) = (role, operation, schedule)
  }
}

/// A map, what a writer does to it, and what readers read meanwhile. `docs/READERS.md` has the text form.
public struct ReaderScript: Hashable, Sendable {
  public enum Expectation: Hashable, Sendable {
    case clean
    case violation(ReaderLaw)
  }

  public var configuration = MapConfiguration(usesReadCopyUpdate: true)
  public var order = MemoryOrder.kernel
  public var operations: [ReaderOperation] = []
  public var expectation: Expectation?
  /// How many interleavings must have been tried; `nil` if that is not said.
  public var expectedInterleavings: UInt64?

  public init() {}

  /// How many readers a script can have.
  public static let readers = 0..<4

  func operations(of role: ReaderOperation.Role) -> [ReaderOperation] { operations.filter { $0.role == role } }

  /// The kinds of operations of a role.
  static func permits(_ kind: OperationKind, of role: ReaderOperation.Role) -> Bool {
    switch role {
    case .reader:
      switch kind {
      case .load, .find, .findAfter, .next, .previous, .lowestGap, .highestGap: true
      case .cursorSet, .cursorMove, .cursorPause, .cursorReset: true
      default: false
      }
    case .writer:
      switch kind {
      case .store, .insert, .erase, .allocateLowest, .allocateHighest, .allocateCyclic, .removeAll: true
      case .prepare, .storePrepared, .abandonPrepared, .beginBulk, .bulkStore, .endBulk: true
      default: false
      }
    case .setUp:
      switch kind {
      case .duplicate, .failAllocation, .interlope, .atMost, .enterReader, .leaveReader, .verify: false
      case .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase: false
      case .lowestGap, .highestGap, .load, .find, .findAfter, .next, .previous: false
      default: true
      }
    }
  }
}
