import RangeMapCore

extension ForkBench where Map: ~Copyable {
  /// What a child must be whose fork succeeded. The first difference is reported.
  func checkEquality(of child: borrowing AddressSpace<Map>, _ run: ForkRun) {
    if let difference = difference(of: child) { run.violate(.childEqualsParent, difference) }
  }

  private func difference(of child: borrowing AddressSpace<Map>) -> String? {
    let machine = parent.machine
    if let law = child.inconsistencies().first { return law }
    let inherited = parent.vmas().filter { !machine[$0].flags.contains(.dontCopy) }
    let copies = child.vmas()
    if inherited.count != copies.count { return "\(copies.count) vmas for \(inherited.count)" }
    for (source, copy) in zip(inherited, copies) {
      if let difference = difference(of: machine[copy], from: machine[source]) {
        return "vma \(copy.place) at \(machine[copy].range): \(difference)"
      }
    }
    if child.programBreak != parent.programBreak { return "the end of the heap" }
    if let law = PageTableLaw.violations([parent.pageTable, child.pageTable]).first { return law.description }
    return pageDifference(of: child)
  }

  private func difference(of copy: Vma, from source: Vma) -> String? {
    let machine = parent.machine
    if copy.range != source.range { return "its range is not \(source.range)" }
    if copy.flags != source.flags.subtracting(.locks) { return "its flags are \(copy.flags) for \(source.flags)" }
    if copy.file != source.file || copy.filePage != source.filePage { return "it maps another part of a file" }
    if (copy.policy == nil) != (source.policy == nil) { return "its policy" }
    if copy.openCount != 1 || copy.closeCount != 0 { return "it was opened \(copy.openCount) times" }
    let wantsAnonVma = source.anonVma != nil && !source.flags.contains(.wipeOnFork)
    if (copy.anonVma != nil) != wantsAnonVma { return "its anon_vma" }
    if let own = copy.anonVma {
      let chain = source.anonChain.map(\.anonVma)
      let found = copy.anonChain.map(\.anonVma)
      if found != chain && found != chain + [own] { return "its chain of anon_vmas is \(found) for \(chain)" }
      if machine.anonVmas[own].isFreed { return "its anon_vma was freed" }
    }
    return nil
  }

  /// The pages of the child are those of the parent's vmas that it inherited with their pages.
  private func pageDifference(of child: borrowing AddressSpace<Map>) -> String? {
    let machine = parent.machine
    var expected: [UInt64: UInt64] = [:]
    for vma in parent.vmas()
    where machine[vma].flags.isDisjoint(with: [.dontCopy, .wipeOnFork]) && machine[vma].needsPages {
      parent.pageTable.forEachEntry(in: machine[vma].range) { address, entry in
        expected[address] = meaning(of: entry)
      }
    }
    var difference: UInt64?
    var count = 0
    child.pageTable.forEachEntry { address, entry in
      count += 1
      if expected[address] != meaning(of: entry), difference == nil { difference = address }
    }
    if let difference { return "its page at 0x\(String(difference, radix: 16))" }
    return count == expected.count ? nil : "it has \(count) pages for \(expected.count)"
  }

  /// A page's contents, so that a page that was copied early counts as the same.
  private func meaning(of entry: PageTableEntry) -> UInt64 {
    entry.kind == .page ? parent.machine.folios.contents(of: entry.frame) << 2 | 1 : entry.swapSlot << 2 | 2
  }
}
