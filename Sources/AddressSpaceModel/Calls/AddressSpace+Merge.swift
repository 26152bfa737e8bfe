import RangeMapCore

/// The neighbours that a mapping can become one with.
struct MergeNeighbours {
  var previous: VmaIdentifier?
  var next: VmaIdentifier?
}

extension AddressSpace where Map: ~Copyable {
  /// The vmas right before and right behind a mapping that it can be joined with.
  ///
  /// - Parameter anonVma: That of the pages the mapping will hold; nil for new memory.
  func neighbours(joining request: MappingRequest, anonVma: Int?) -> MergeNeighbours {
    var found = MergeNeighbours()
    var common = anonVma
    if let previous = lastVma(before: request.range.first), machine[previous].isContinued(by: request),
      agree(machine[previous].anonVma, common)
    {
      found.previous = previous
      common = common ?? machine[previous].anonVma
    }
    if request.range.end != 0, let next = firstVma(endingAfter: request.range.end),
      machine[next].continues(request), agree(machine[next].anonVma, common)
    {
      found.next = next
    }
    return found
  }

  /// Kernel: `is_mergeable_anon_vma()`.
  private func agree(_ first: Int?, _ second: Int?) -> Bool { first == nil || second == nil || first == second }

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
    if old.file != nil { machine[target].filePage = old.filePage &- (old.range.first - range.first) >> 12 }
    if let shrinking { shrink(shrinking, by: range) }
    storePrepared()
    for vma in absorbing { removeAbsorbed(vma) }
    for vma in touched where !machine[vma].isFreed { counters.addPages(of: machine[vma]) }
  }

  private func shrink(_ vma: VmaIdentifier, by range: KeyRange) {
    if range.contains(machine[vma].range.first) {
      let first = range.last + 1
      if machine[vma].file != nil { machine[vma].filePage = machine[vma].filePage(at: first) }
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
