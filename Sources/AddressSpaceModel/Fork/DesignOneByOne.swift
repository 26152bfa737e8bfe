import RangeMapCore

/// The fork of Linux up to 6.7: the copies are stored one by one in bulk mode, so the child's tree never holds a vma
/// that is not its own.
///
/// A failure needs no undo beyond the vma at hand: the exit path removes what is there. The weak point is a store that
/// fails: the file has been linked before it, and the undo does not take that back.
extension ForkSite {
  mutating func copyOneByOne() throws(ForkError) {
    do throws(ForkError) {
      guard beginBulk() else { throw .outOfMemory }
      try forEachSource(in: .parents) { site, source throws(ForkError) in
        let isUninherited = site.isUninherited(source)
        site.when(isUninherited) { $0.subtract(source) }
        try site.when(.!isUninherited) { site throws(ForkError) in try site.copyAndStore(source) }
      }
      guard runHook() else { throw .outOfMemory }
    } catch {
      endBulk()
      beginFailure(at: nil)
      throw error
    }
    endBulk()
    finishTree()
  }

  private mutating func copyAndStore(_ source: Source) throws(ForkError) {
    let copy = try copyVma(source)
    linkFile(of: copy)
    guard storeInBulk(copy, of: source) else {
      // As in the kernel, the link to the file and the reference to it are forgotten here.
      unlinkAnonVma(of: copy)
      releasePolicy(of: copy)
      free(copy)
      returnCharge(for: source)
      throw .outOfMemory
    }
    count(source)
    do throws(ForkError) {
      try copyPagesUnlessWiped(of: source, to: copy)
    } catch {
      open(copy)
      throw error
    }
    open(copy)
  }
}
