import RangeMapCore

/// The neighbours that a mapping can become one with.
struct MergeNeighbours {
  var previous: VmaIdentifier?
  var next: VmaIdentifier?
}

extension AddressSpace where Map: ~Copyable {
  /// The vmas right before and right behind a mapping that it can be joined with.
  ///
  /// - Parameters:
  ///   - anonVma: That of the pages the mapping will hold; nil for new memory.
  ///   - excluded: A vma that must stay apart.
  /// Kernel: `can_vma_merge_left()`, `can_vma_merge_right()`.
  func neighbours(
    joining request: MappingRequest, anonVma: Int?, except excluded: VmaIdentifier? = nil
  ) -> MergeNeighbours {
    var found = MergeNeighbours()
    if request.file != nil && !machine.joinsVmasOfFiles { return found }
    if let previous = lastVma(before: request.range.first), previous != excluded,
      machine[previous].isContinued(by: request), machine[previous].acceptsPages(of: anonVma)
    {
      found.previous = previous
    }
    guard request.range.end != 0, let next = firstVma(endingAfter: request.range.end), next != excluded,
      machine[next].continues(request), machine[next].acceptsPages(of: anonVma)
    else { return found }
    if let previous = found.previous, let lower = machine[previous].anonVma, let upper = machine[next].anonVma,
      lower != upper
    {
      return found
    }
    found.next = next
    return found
  }

  /// Makes a mapping over free addresses a part of the vmas beside it.
  ///
  /// - Returns: The vma that has grown; nil where none can.
  /// - Throws: `outOfMemory`; nothing has changed then. Kernel: `vma_merge_new_range()`.
  mutating func join(
    _ request: MappingRequest, anonVma: Int?, except excluded: VmaIdentifier? = nil
  ) throws(AddressSpaceError) -> VmaIdentifier? {
    let neighbours = neighbours(joining: request, anonVma: anonVma, except: excluded)
    guard let target = neighbours.previous ?? neighbours.next else { return nil }
    var range = request.range
    if let previous = neighbours.previous { range.first = machine[previous].range.first }
    if let next = neighbours.next { range.last = machine[next].range.last }
    let absorbed = neighbours.previous == nil ? nil : neighbours.next
    try expand(target, over: range, absorbing: absorbed.map { [$0] } ?? [])
    return target
  }

  /// Makes a vma longer, over memory that is new or that other vmas lose.
  ///
  /// - Parameters:
  ///   - absorbing: Vmas that end to be: they lie within the range.
  ///   - shrinking: A vma that loses what lies within the range, and keeps the rest.
  /// - Throws: `outOfMemory`; nothing has changed then. Kernel: `commit_merge()`.
  mutating func expand(
    _ target: VmaIdentifier, over range: KeyRange, absorbing: [VmaIdentifier] = [], shrinking: VmaIdentifier? = nil
  ) throws(AddressSpaceError) {
    var tookAnonVma = false
    let sources = absorbing + (shrinking.map { [$0] } ?? [])
    if machine[target].anonVma == nil, let source = sources.first(where: { machine[$0].anonVma != nil }) {
      machine[target].anonVma = machine[source].anonVma
      guard machine.cloneAnonChain(from: source, to: target, mayReuse: false) else { throw .outOfMemory }
      tookAnonVma = true
    }
    do throws(AddressSpaceError) {
      try prepareTree(target, over: range)
    } catch {
      if tookAnonVma { machine.unlinkAnonVmas(target) }
      throw error
    }
    let touched = [target] + sources
    for vma in touched { counters.removePages(of: machine[vma]) }
    let old = machine[target]
    machine[target].range = range
    // Counted down where the range begins earlier than before.
    machine[target].filePage = old.filePage &- (old.range.first - range.first) >> AddressLayout.pageShift
    if let shrinking { shrink(shrinking, by: range) }
    storePrepared()
    for vma in absorbing { removeAbsorbed(vma) }
    for vma in touched where !machine[vma].isFreed { counters.addPages(of: machine[vma]) }
  }

  private func shrink(_ vma: VmaIdentifier, by range: KeyRange) {
    if range.contains(machine[vma].range.first) {
      let first = range.last + 1
      machine[vma].filePage = machine[vma].filePage(at: first)
      machine[vma].range.first = first
    } else {
      machine[vma].range.last = range.first - 1
    }
  }

  /// Frees a vma whose memory another one has taken over: its driver is told nothing.
  private mutating func removeAbsorbed(_ vma: VmaIdentifier) {
    machine.unlinkFile(vma)
    machine.unlinkAnonVmas(vma)
    machine.releaseFile(vma)
    machine.releasePolicy(vma)
    machine[vma].isAttached = false
    machine.freeVma(vma)
    counters.mapCount -= 1
  }
}
