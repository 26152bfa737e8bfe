import AddressSpaceModel
import RangeMapCore

/// A site that does the wrong thing at one step, or at several: what tests seed, and what a proof must fail with.
public struct DefectiveForkSite<Base: SpoilableForkSite>: ForkSite {
  public typealias Domain = Base.Domain
  public typealias Source = Base.Source
  public typealias Copy = Base.Copy
  public typealias Walk = Base.Walk

  public private(set) var base: Base
  private let has: (ForkDefect) -> Base.Truth
  private var isExiting = false

  /// - Parameter has: Whether the site has a defect.
  public init(_ base: Base, has: @escaping (ForkDefect) -> Base.Truth) {
    self.base = base
    self.has = has
  }

  // MARK: The wrong things

  public mutating func beginFailure(at source: Source?) {
    base.beginFailure(at: source)
    if let source { when(has(.closesUncopied)) { $0.base.closeSource(source) } }
    when(has(.unlocksEarly)) { $0.base.setLock(.open) }
  }

  public mutating func charge(for source: Source) -> Bool {
    when(has(.countsBeforeCopy)) { $0.base.count(source) }
    return base.charge(for: source)
  }

  public mutating func count(_ source: Source) { when(.!has(.countsBeforeCopy)) { $0.base.count(source) } }

  public mutating func returnCharge(for source: Source) {
    base.returnCharge(for: source)
    when(has(.unchargesTwice)) { $0.base.returnCharge(for: source) }
  }

  public mutating func unlockPages(of copy: Copy, from source: Source) {
    when(.!has(.keepsLockedFlag)) { $0.base.unlockPages(of: copy, from: source) }
    when(has(.changesParent)) { $0.base.detach(source) }
  }

  public mutating func unlink(_ walk: Walk) { when(.!has(.keepsLinks)) { $0.base.unlink(walk) } }

  public mutating func freeTables(of walk: Walk, ceiling: Number?) {
    when(.!has(.keepsPageTables)) { $0.base.freeTables(of: walk, ceiling: ceiling) }
  }

  public mutating func remove(_ found: Found) {
    when(has(.closesTwice)) { $0.base.closeFound(found) }
    base.remove(found)
  }

  public mutating func dropUsers() {
    isExiting = true
    base.dropUsers()
  }

  public mutating func destroyTree() {
    if isExiting { when(.!has(.keepsTree)) { $0.base.destroyTree() } } else { base.destroyTree() }
  }

  // MARK: The rest

  public mutating func decide(_ condition: Truth) -> Bool { base.decide(condition) }
  public mutating func enter(_ condition: Truth) -> Bool { base.enter(condition) }
  public mutating func leave() { base.leave() }
  public mutating func lock() -> Bool { base.lock() }
  public mutating func unlock() { base.unlock() }
  public mutating func inheritCounters() { base.inheritCounters() }
  public mutating func endUserfaultContexts() { base.endUserfaultContexts() }
  public mutating func endFailure() { base.endFailure() }
  public mutating func step(_ place: StaticString) { base.step(place) }
  public mutating func beginBulk() -> Bool { base.beginBulk() }
  public mutating func endBulk() { base.endBulk() }
  public mutating func duplicateTree() -> Bool { base.duplicateTree() }
  public mutating func finishTree() { base.finishTree() }
  public mutating func rewind(_ tree: ForkTree) { base.rewind(tree) }
  public mutating func nextSource(in tree: ForkTree) -> Source? { base.nextSource(in: tree) }
  public func isThere(_ source: Source) -> Truth { base.isThere(source) }
  public mutating func source(behind source: Source) -> Source? { base.source(behind: source) }
  public mutating func erase(_ source: Source) -> Bool { base.erase(source) }
  public mutating func storeInBulk(_ copy: Copy, of source: Source) -> Bool { base.storeInBulk(copy, of: source) }
  public mutating func replace(_ source: Source, by copy: Copy) { base.replace(source, by: copy) }
  public mutating func mark(_ source: Source) { base.mark(source) }
  public func isUninherited(_ source: Source) -> Truth { base.isUninherited(source) }
  public func isWiped(_ source: Source) -> Truth { base.isWiped(source) }
  public func needsPages(_ source: Source) -> Truth { base.needsPages(source) }
  public func hasUserfault(_ source: Source) -> Truth { base.hasUserfault(source) }
  public func start(of source: Source) -> Number { base.start(of: source) }
  public mutating func subtract(_ source: Source) { base.subtract(source) }
  public mutating func isInterrupted(at source: Source) -> Bool { base.isInterrupted(at: source) }
  public mutating func makeCopy(of source: Source) -> Copy? { base.makeCopy(of: source) }
  public mutating func copyPolicy(of source: Source, to copy: Copy) -> Bool { base.copyPolicy(of: source, to: copy) }
  public mutating func makeUserfaultContext(of source: Source, for copy: Copy) -> Bool {
    base.makeUserfaultContext(of: source, for: copy)
  }
  public mutating func forkAnonVma(of source: Source, to copy: Copy) -> Bool { base.forkAnonVma(of: source, to: copy) }
  public mutating func releasePolicy(of copy: Copy) { base.releasePolicy(of: copy) }
  public mutating func unlinkAnonVma(of copy: Copy) { base.unlinkAnonVma(of: copy) }
  public mutating func free(_ copy: Copy) { base.free(copy) }
  public mutating func linkFile(of copy: Copy) { base.linkFile(of: copy) }
  public mutating func open(_ copy: Copy) { base.open(copy) }
  public mutating func copyPages(of source: Source, to copy: Copy) -> Bool { base.copyPages(of: source, to: copy) }
  public mutating func runHook() -> Bool { base.runHook() }
  public var mapCount: Number { base.mapCount }
  public mutating func walk(before end: Number?, stopsAtMarker: Bool) -> Walk {
    base.walk(before: end, stopsAtMarker: stopsAtMarker)
  }
  public func isThere(_ found: Found) -> Truth { base.isThere(found) }
  public mutating func zap(_ walk: Walk) { base.zap(walk) }
  public mutating func returnCharges() { base.returnCharges() }
  public mutating func setLock(_ state: LockState) { base.setLock(state) }
  public mutating func skipReaper() { base.skipReaper() }
  public mutating func markUnstable() { base.markUnstable() }
}
