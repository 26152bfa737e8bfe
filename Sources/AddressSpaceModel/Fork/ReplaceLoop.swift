import RangeMapCore

/// The loop that designs B, C and D share: the child's tree, a duplicate, holds the parent's vmas at first, and each
/// is replaced by its copy or erased.
struct ReplaceLoop {
  /// Whether the file is linked before the copy is stored, as up to 6.8, and the driver told last.
  let linksFileFirst: Bool
  /// Where a failure left off: the first vma of the parent that the child's tree still holds; nil for none.
  private(set) var firstNotCopied: VmaIdentifier?

  init(linksFileFirst: Bool) { self.linksFileFirst = linksFileFirst }

  /// Goes over the child's tree. The caller undoes a failure; `firstNotCopied` tells it where.
  mutating func replaceAll<Map: RangeMap & ~Copyable>(
    _ parent: borrowing AddressSpace<Map>, _ child: inout AddressSpace<Map>, _ run: ForkRun
  ) throws(ForkError) {
    let machine = parent.machine
    child.tree.cursorSet(0, to: .single(0))
    while let entry = child.tree.cursorMove(0, .find, limit: .max) {
      guard let source = VmaIdentifier(entry) else {
        machine.fault("the duplicate holds \(entry)")
        break
      }
      firstNotCopied = source
      if machine[source].flags.contains(.dontCopy) {
        try child.eraseAtCursor()
        child.subtractUninherited(source)
      } else {
        if run.has(.countsBeforeCopy) { child.counters.mapCount += 1 }
        let copy = try child.copyVma(source, run)
        link(copy, &child, run)
        do throws(ForkError) {
          try child.copyPages(of: source, from: parent, run)
        } catch {
          // The vma counts as copied, with the pages that it got.
          if linksFileFirst { machine.open(copy) }
          firstNotCopied = child.tree.cursorMove(0, .find, limit: .max).flatMap { VmaIdentifier($0) }
          throw error
        }
        if linksFileFirst { machine.open(copy) }
      }
      firstNotCopied = nil
    }
    if machine.fails(.hook) { throw .outOfMemory }
  }

  private func link<Map: RangeMap & ~Copyable>(
    _ copy: VmaIdentifier, _ child: inout AddressSpace<Map>, _ run: ForkRun
  ) {
    let machine = child.machine
    if linksFileFirst { machine.linkFile(copy) }
    child.replaceAtCursor(copy.entry)
    machine[copy].isAttached = true
    if !run.has(.countsBeforeCopy) { child.counters.mapCount += 1 }
    run.copiedCount += 1
    if linksFileFirst { return }
    machine.open(copy)
    machine.linkFile(copy)
  }
}
