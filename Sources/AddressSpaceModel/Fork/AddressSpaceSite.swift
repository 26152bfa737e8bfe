import RangeMapCore

/// The site of a fork of address spaces, in integers.
struct AddressSpaceSite<Map: RangeMap & ~Copyable>: ForkSite {
  typealias Domain = ConcreteDomain

  /// Nil for an exit, which has no parent any more.
  private let parentSpace: UnsafeMutablePointer<AddressSpace<Map>>?
  let child: UnsafeMutablePointer<AddressSpace<Map>>
  let machine: Machine
  let run: ForkRun
  /// Pages of the vmas that the teardown at hand has removed.
  private var removedPages: UInt64 = 0

  init(
    parent: UnsafeMutablePointer<AddressSpace<Map>>?, child: UnsafeMutablePointer<AddressSpace<Map>>, _ run: ForkRun
  ) {
    parentSpace = parent
    self.child = child
    self.run = run
    machine = child.pointee.machine
  }

  var parent: UnsafeMutablePointer<AddressSpace<Map>> {
    guard let parentSpace else { preconditionFailure("an exit has no parent") }
    return parentSpace
  }

  // MARK: Deciding

  @inline(__always)
  mutating func decide(_ condition: Bool) -> Bool { condition }

  @inline(__always)
  mutating func enter(_ condition: Bool) -> Bool { condition }

  @inline(__always)
  mutating func leave() {}

  // MARK: The whole

  mutating func lock() -> Bool {
    if machine.fails(.lock) { return false }
    parent.pointee.lock = .write
    child.pointee.lock = .write
    return true
  }

  mutating func unlock() {
    parent.pointee.lock = .open
    child.pointee.lock = .open
  }

  mutating func inheritCounters() {
    child.pointee.counters = parent.pointee.counters
    child.pointee.counters.mapCount = 0
    child.pointee.counters.lockedPages = 0
    child.pointee.programBreak = parent.pointee.programBreak
  }

  mutating func endUserfaultContexts() { run.endUserfaultContexts(machine) }

  mutating func beginFailure(at source: VmaIdentifier?) { run.isFailing = true }

  mutating func endFailure() { run.isFailing = false }

  mutating func step(_ place: StaticString) { run.step(child.pointee, place) }

  // MARK: Teardown

  var mapCount: Int { child.pointee.counters.mapCount }

  mutating func walk(before end: Int?, stopsAtMarker: Bool) -> [VmaIdentifier] {
    // 0 less 1 is the top of all addresses.
    child.pointee.entriesToTearDown(through: UInt64(end ?? 0) &- 1, stopsAtMarker: stopsAtMarker)
  }

  mutating func zap(_ walk: [VmaIdentifier]) { child.pointee.zap(walk) }

  mutating func unlink(_ walk: [VmaIdentifier]) { machine.unlink(walk) }

  mutating func freeTables(of walk: [VmaIdentifier], ceiling: Int?) {
    child.pointee.freePageTables(of: walk, floor: 0, ceiling: UInt64(ceiling ?? 0))
  }

  mutating func remove(_ found: VmaIdentifier) {
    removedPages += machine[found].accountedPages
    machine.removeVma(found)
    run.removedCount += 1
  }

  mutating func returnCharges() {
    machine.uncharge(removedPages)
    removedPages = 0
  }

  mutating func destroyTree() { child.pointee.tree.removeAll() }

  // MARK: Marks

  mutating func dropUsers() { child.pointee.users = 0 }

  mutating func setLock(_ state: LockState) { child.pointee.lock = state }

  mutating func skipReaper() { child.pointee.isSkippedByReaper = true }

  mutating func markUnstable() { child.pointee.isUnstable = true }
}

extension AddressSpaceSite: SpoilableForkSite where Map: ~Copyable {
  mutating func closeSource(_ source: VmaIdentifier) { machine.close(source) }

  mutating func closeFound(_ found: VmaIdentifier) { machine.close(found) }

  mutating func detach(_ source: VmaIdentifier) { machine[source].isAttached = false }
}
