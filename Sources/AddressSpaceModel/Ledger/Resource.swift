/// Who holds a resource: an address space, or whatever else takes some. The number decides, the name is for readers.
public struct ResourceOwner: Hashable, Sendable {
  /// A small number, from 0 up: the ledger keeps one row of counts for each.
  public let number: Int
  /// What a report calls the owner.
  public let name: String

  /// - Precondition: `number` is not negative.
  public init(_ number: Int, name: String) {
    precondition(number >= 0, "an owner's number is 0 or more")
    self.number = number
    self.name = name
  }

  /// The address space that forks.
  public static let parent = ResourceOwner(0, name: "parent")
  /// The address space that a fork makes.
  public static let child = ResourceOwner(1, name: "child")

  public static func == (left: ResourceOwner, right: ResourceOwner) -> Bool { left.number == right.number }
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension ResourceOwner: CustomStringConvertible {
  public var description: String { name }
}

/// The receipt for one resource, good for one release.
public struct ResourceToken: Hashable, Sendable {
  /// What was taken.
  public let kind: ResourceKind
  /// Who took it.
  public let owner: ResourceOwner
  let record: Int
  /// Which use of the record this is, so that an old receipt is not taken for a new one.
  let serial: UInt64
}

/// A resource that somebody holds.
public struct Resource: Sendable {
  public let kind: ResourceKind
  public let owner: ResourceOwner
  /// The step that took it.
  public let place: StaticString
  /// The address that it was taken for, 0 where there is none.
  public let address: UInt64
  /// How much of it there is: pages, references; 1 for a single object.
  public let amount: UInt64
  /// Rises with every resource taken.
  public let serial: UInt64
}

extension Resource: CustomStringConvertible {
  /// For example `1 page table page of child, taken by populate for 0x400000`.
  public var description: String {
    "\(amount) \(kind) of \(owner), taken by \(place) for 0x\(String(address, radix: 16))"
  }
}

/// A release that has no resource to match.
public struct ResourceFault: Error, Hashable, Sendable {
  /// What is wrong with the release.
  public enum Reason: Hashable, Sendable {
    /// The resource was released before.
    case releasedTwice
    /// More is returned than was taken.
    case returnedMoreThanTaken
  }

  public let reason: Reason
  public let kind: ResourceKind
  public let owner: ResourceOwner
}

extension ResourceFault: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .releasedTwice: "\(kind) of \(owner) released twice"
    case .returnedMoreThanTaken: "\(kind) of \(owner): more returned than taken"
    }
  }
}
