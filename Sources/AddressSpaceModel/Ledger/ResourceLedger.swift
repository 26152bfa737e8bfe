/// Who holds what. Every resource is written down with its owner and the step that took it, so that a leak has a name.
///
/// Single objects get a token each (`take`, `release`). What comes in large numbers, such as folio references, is kept
/// as a tally: one token whose amount goes up and down (`openTally`, `add`, `subtract`).
/// A release that matches nothing does not trap: it is kept in `faults`, as a finding.
public final class ResourceLedger {
  private struct Record {
    var kind: ResourceKind
    var owner: ResourceOwner
    var place: StaticString
    var address: UInt64
    var amount: UInt64
    /// 0 when the record is free.
    var serial: UInt64
  }

  @exclusivity(unchecked) private var records: [Record] = []
  private var free: [Int] = []
  private var lastSerial: UInt64 = 0
  /// A row of kinds for each owner number.
  private var amounts: [UInt64] = []

  /// The releases that had nothing to match, in order.
  public private(set) var faults: [ResourceFault] = []

  public init() {}

  /// Writes a resource down. O(1).
  public func take(
    _ kind: ResourceKind, owner: ResourceOwner, at place: StaticString, address: UInt64 = 0, amount: UInt64 = 1
  ) -> ResourceToken {
    lastSerial += 1
    let written = Record(
      kind: kind, owner: owner, place: place, address: address, amount: amount, serial: lastSerial)
    count(kind, owner: owner, change: amount)
    guard let index = free.popLast() else {
      records.append(written)
      return ResourceToken(kind: kind, owner: owner, record: records.count - 1, serial: lastSerial)
    }
    records[index] = written
    return ResourceToken(kind: kind, owner: owner, record: index, serial: lastSerial)
  }

  /// Strikes a resource out, whatever its amount is. O(1).
  public func release(_ token: ResourceToken) {
    let record = records[token.record]
    guard record.serial == token.serial else {
      faults.append(ResourceFault(reason: .releasedTwice, kind: token.kind, owner: token.owner))
      return
    }
    count(record.kind, owner: record.owner, change: 0 &- record.amount)
    records[token.record].serial = 0
    free.append(token.record)
  }

  /// A token for what is counted and not told apart; it holds nothing at first.
  public func openTally(_ kind: ResourceKind, owner: ResourceOwner, at place: StaticString) -> ResourceToken {
    take(kind, owner: owner, at: place, amount: 0)
  }

  /// Adds to a tally. O(1).
  public func add(_ amount: UInt64, to tally: ResourceToken) {
    precondition(records[tally.record].serial == tally.serial, "the tally is open")
    records[tally.record].amount += amount
    count(records[tally.record].kind, owner: records[tally.record].owner, change: amount)
  }

  /// Takes from a tally; a fault when it holds less. O(1).
  public func subtract(_ amount: UInt64, from tally: ResourceToken) {
    let record = records[tally.record]
    guard record.serial == tally.serial, record.amount >= amount else {
      faults.append(ResourceFault(reason: .returnedMoreThanTaken, kind: tally.kind, owner: tally.owner))
      return
    }
    records[tally.record].amount -= amount
    count(record.kind, owner: record.owner, change: 0 &- amount)
  }

  /// What the owner holds, in the order in which it was taken. O(n log n) in all that is held.
  public func outstanding(owner: ResourceOwner) -> [Resource] { outstanding { $0 == owner } }

  /// What anybody holds, in the order in which it was taken.
  public func outstanding() -> [Resource] { outstanding { _ in true } }

  /// How much of a kind the owner holds. O(1).
  public func amount(_ kind: ResourceKind, owner: ResourceOwner) -> UInt64 {
    let index = place(of: kind, owner: owner)
    return index < amounts.count ? amounts[index] : 0
  }

  /// How much of a kind all hold together. O(owners).
  public func amount(_ kind: ResourceKind) -> UInt64 {
    stride(from: kind.rawValue, to: amounts.count, by: ResourceKind.allCases.count).reduce(0) { $0 + amounts[$1] }
  }

  /// Whether the owner holds nothing. O(1).
  public func isClear(owner: ResourceOwner) -> Bool {
    ResourceKind.allCases.allSatisfy { amount($0, owner: owner) == 0 }
  }

  private func outstanding(of wanted: (ResourceOwner) -> Bool) -> [Resource] {
    records.filter { $0.serial != 0 && $0.amount != 0 && wanted($0.owner) }
      .sorted { $0.serial < $1.serial }
      .map {
        Resource(
          kind: $0.kind, owner: $0.owner, place: $0.place, address: $0.address, amount: $0.amount, serial: $0.serial)
      }
  }

  private func place(of kind: ResourceKind, owner: ResourceOwner) -> Int {
    owner.number * ResourceKind.allCases.count + kind.rawValue
  }

  /// Adds `change`, which is a two's complement number.
  private func count(_ kind: ResourceKind, owner: ResourceOwner, change: UInt64) {
    let index = place(of: kind, owner: owner)
    if index >= amounts.count {
      let rows = owner.number + 1
      amounts += Array(repeating: 0, count: rows * ResourceKind.allCases.count - amounts.count)
    }
    amounts[index] &+= change
  }
}
