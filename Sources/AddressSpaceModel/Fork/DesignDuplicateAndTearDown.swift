import RangeMapCore

/// The fork of 7.x: a failure is torn down before the locks are let go of, with bounds of their own for page tables,
/// for pages and for the tree, and the exit path finds an empty tree.
extension ForkSite {
  mutating func duplicateAndTearDown() throws(ForkError) {
    guard duplicateTree() else {
      // As in the kernel: the tree is empty, and nobody is told that the child is not whole.
      beginFailure(at: nil)
      throw .outOfMemory
    }
    var leftOff: Source?
    do throws(ForkError) {
      try replaceAll(linksFileFirst: false, isKillableAtEveryVma: true, leftOff: &leftOff)
    } catch {
      beginFailure(at: leftOff)
      recover(before: leftOff.map { start(of: $0) })
      throw error
    }
    finishTree()
  }

  /// - Parameter treeEnd: Where the first vma begins that was not copied; nil if all were, and also if none was tried,
  ///   which the count of vmas tells.
  private mutating func recover(before treeEnd: Number?) {
    step("before the recovery")
    skipReaper()
    if decide(mapCount .> 0) {
      let copied = walk(before: treeEnd, stopsAtMarker: false)
      zap(copied)
      step("after the recovery unmapped")
      tearDown(tables: copied, removed: copied, ceiling: nil)
    }
    destroyTree()
    step("after the tree was destroyed")
    markUnstable()
  }
}
