import AddressSpaceModel
import RangeMapCore

/// The copying of a vma. A vma and its copy have one number.
extension TeardownSite {
  func isUninherited(_ source: Int) -> Truth { scenario.vmas[source].isUninherited }

  func isWiped(_ source: Int) -> Truth { scenario.vmas[source].isWiped }

  func needsPages(_ source: Int) -> Truth { scenario.vmas[source].isAnonymous }

  func hasUserfault(_ source: Int) -> Truth { scenario.vmas[source].hasUserfault }

  func start(of source: Int) -> Number { scenario.vmas[source].start }

  mutating func subtract(_ source: Int) {}

  mutating func isInterrupted(at source: Int) -> Bool { fails(.vma(source, .signal)) }

  mutating func charge(for source: Int) -> Bool {
    let isAccounted = scenario.vmas[source].isAccounted
    if fails(.vma(source, .charge), when: isAccounted) { return false }
    charges[source] = charges[source] + Number(one: condition .& isAccounted)
    return true
  }

  mutating func returnCharge(for source: Int) {
    charges[source] = charges[source] - Number(one: condition .& scenario.vmas[source].isAccounted)
  }

  mutating func makeCopy(of source: Int) -> Int? {
    if fails(.vma(source, .object)) { return nil }
    copies[source].isMade = copies[source].isMade .| condition
    return source
  }

  mutating func copyPolicy(of source: Int, to copy: Int) -> Bool {
    let hasPolicy = scenario.vmas[source].hasPolicy
    if fails(.vma(source, .policy), when: hasPolicy) { return false }
    copies[copy].holdsPolicy = condition .& hasPolicy
    return true
  }

  mutating func makeUserfaultContext(of source: Int, for copy: Int) -> Bool {
    if fails(.vma(source, .userfault)) { return false }
    copies[copy].holdsUserfault = condition
    return true
  }

  mutating func forkAnonVma(of source: Int, to copy: Int) -> Bool {
    let isAnonymous = scenario.vmas[source].isAnonymous
    if fails(.vma(source, .anonVma), when: isAnonymous) { return false }
    copies[copy].isFindable = condition .& isAnonymous
    return true
  }

  mutating func unlockPages(of copy: Int, from source: Int) {}

  mutating func releasePolicy(of copy: Int) {
    copies[copy].holdsPolicy = copies[copy].holdsPolicy .& .!condition
  }

  mutating func unlinkAnonVma(of copy: Int) {
    copies[copy].isFindable = copies[copy].isFindable .& .!condition
  }

  mutating func free(_ copy: Int) { copies[copy].free(when: condition) }

  mutating func linkFile(of copy: Int) {
    copies[copy].isLinked = condition .& scenario.vmas[copy].hasFile
    copies[copy].holdsFile = copies[copy].isLinked
  }

  mutating func open(_ copy: Int) { copies[copy].opened = copies[copy].opened + Number(one: condition) }

  mutating func count(_ source: Int) { mapCount = mapCount + Number(one: condition) }

  mutating func copyPages(of source: Int, to copy: Int) -> Bool {
    let vma = scenario.vmas[source]
    for level in (0..<TeardownGeometry.levels).reversed() {
      let isNew =
        failing.isCopied(with: vma, of: scenario.vmas, when: condition, level: level) .& .!failing.isThere[level]
      guard fails(.pageTable(source, level: level), when: isNew) else { continue }
      watched.copy(vma, of: scenario.vmas, when: condition, before: failing, level: level)
      let table = TableProbe<Number>(
        lowest: failing.geometry.tables(of: vma.touchedPage)[0], failing.geometry)
      copies[copy].hasPage = condition .& vma.isTouched .& table.comes(0, before: failing, level: level)
      return false
    }
    watched.copy(vma, of: scenario.vmas, when: condition)
    failing.copy(vma, of: scenario.vmas, when: condition)
    copies[copy].hasPage = condition .& vma.isTouched
    return true
  }

  mutating func runHook() -> Bool { !fails(.hook) }

  // MARK: What only defects do

  mutating func closeSource(_ source: Int) { parents[source].close(when: condition) }

  mutating func closeFound(_ found: FoundVma<Truth>) {
    copies[found.place].close(when: condition .& found.copy)
    parents[found.place].close(when: condition .& found.parents)
  }

  mutating func detach(_ source: Int) {
    parents[source].isAttached = parents[source].isAttached .& .!condition
  }
}
