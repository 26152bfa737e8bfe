import CSubjectABI
import RangeMapCore

extension ExternalSubject {
  public mutating func failAllocation(_ index: UInt64, forever: Bool) {
    failAllocation(index, forever: forever, of: .all)
  }

  /// Which allocation requests a failure order counts. Of each pair that a kind names one of, a request must be that
  /// one.
  public struct RequestKinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let all: RequestKinds = []
    public static let single = RequestKinds(rawValue: MAPLECHECK_REQUEST_SINGLE.rawValue)
    public static let bulk = RequestKinds(rawValue: MAPLECHECK_REQUEST_BULK.rawValue)
    public static let maySleep = RequestKinds(rawValue: MAPLECHECK_REQUEST_MAY_SLEEP.rawValue)
    public static let atomic = RequestKinds(rawValue: MAPLECHECK_REQUEST_ATOMIC.rawValue)
  }

  /// Refuses the `index`th request of some kinds from now, counted from 1; with `forever` all later ones of them too.
  public mutating func failAllocation(_ index: UInt64, forever: Bool, of kinds: RequestKinds) {
    table.pointee.fail_allocation?(map, index, forever, kinds.rawValue)
  }

  public mutating func permitAllocations() -> (requests: UInt64, refusals: UInt64) {
    var (requests, refusals): (UInt64, UInt64) = (0, 0)
    table.pointee.permit_allocations?(map, &requests, &refusals)
    return (requests, refusals)
  }

  public mutating func scheduleInterloper(_ entry: Entry?, over range: KeyRange) {
    table.pointee.schedule_interloper?(map, entry?.word ?? 0, range.first, range.last)
    cursorSinceInterloper = nil
  }

  public mutating func cancelInterloper() -> Bool {
    let ran = table.pointee.cancel_interloper?(map) ?? false
    if ran { pauseCursors(but: cursorSinceInterloper ?? -1) }
    return ran
  }

  public mutating func enterReader() { table.pointee.enter_reader?(map) }

  public mutating func leaveReader() { table.pointee.leave_reader?(map) }

  public var counters: MapCounters {
    var counts = maplecheck_counters()
    table.pointee.counters?(map, &counts)
    var counters = MapCounters()
    counters.liveNodes = counts.live_nodes
    counters.retiredNodes = counts.retired_nodes
    counters.reservedNodes = counts.reserved_nodes
    counters.nodesTaken = counts.nodes_taken
    counters.nodesPlanned = counts.nodes_planned
    counters.height = counts.height
    return counters
  }

  /// What the library reported since the last time; else what its own check of the structure says, and then which laws
  /// the nodes break that it shows.
  public func brokenLaws() -> [String] {
    if library.hasViolations { return library.takeViolations() }
    let texts = brokenByOwnCheck()
    if !texts.isEmpty { return texts }
    let broken = lawsBrokenByShape().map(\.description)
    return library.hasViolations ? library.takeViolations() : broken
  }

  private func brokenByOwnCheck() -> [String] {
    guard let validate = table.pointee.validate else { return [] }
    var texts: [String] = []
    withUnsafeMutablePointer(to: &texts) { texts in
      validate(
        map,
        { context, text in
          guard let context, let text else { return }
          context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
        }, texts)
    }
    return texts
  }

  public var hasNoticedViolation: Bool { library.hasViolations }

  /// The library's own fingerprint, or one of the content.
  public func fingerprint() -> UInt64 {
    if let fingerprint = table.pointee.fingerprint { return fingerprint(map) }
    var hash: UInt64 = 0
    forEachEntry { range, entry in
      for word in [range.first, range.last, entry.word] {
        var generator = SeededGenerator(seed: hash &* 3 ^ word)
        hash = generator.next()
      }
    }
    return hash
  }

  public var marks: [(name: String, count: UInt64)] {
    guard let marks = table.pointee.marks else { return [] }
    let counts = Counts()
    withExtendedLifetime(counts) {
      marks(
        map,
        { context, name, count in
          guard let context, let name else { return }
          Unmanaged<Counts>.fromOpaque(context).takeUnretainedValue().list.append((String(cString: name), count))
        }, Unmanaged.passUnretained(counts).toOpaque())
    }
    return counts.list
  }

  private final class Counts { var list: [(name: String, count: UInt64)] = [] }
}
