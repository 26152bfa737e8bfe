import RangeMapCore

/// The fork of 6.8 to 6.18: a failure marks the place of the first vma that was not copied, and the exit path stops
/// there. Between the two the locks are free, and the tree holds the marker and, after it, the parent's vmas.
extension ForkSite {
  /// - Parameter marksAddressSpace: Whether the address space is marked too, for the reaper and for all others, as in
  ///   6.12.
  mutating func duplicateAndMark(marksAddressSpace: Bool) throws(ForkError) {
    guard duplicateTree() else {
      // As in the kernel: the tree is empty, and nobody is told that the child is not whole.
      beginFailure(at: nil)
      throw .outOfMemory
    }
    var leftOff: Source?
    do throws(ForkError) {
      try replaceAll(linksFileFirst: !marksAddressSpace, leftOff: &leftOff)
    } catch {
      beginFailure(at: leftOff)
      if let leftOff {
        mark(leftOff)
        if marksAddressSpace { skipReaper() }
      }
      if marksAddressSpace { markUnstable() }
      step("after the place was marked")
      throw error
    }
    finishTree()
  }
}
