import RangeMapCore

/// Design B, proposed as the third version of the series: a failure is undone before the locks are let go of, up to the
/// first vma that was not copied. Its rejected variants differ in the bounds that they pass to the undo.
extension ForkSite {
  mutating func duplicateAndUndo(_ variant: ForkDesignName) throws(ForkError) {
    guard duplicateTree() else {
      beginFailure(at: nil)
      throw .outOfMemory
    }
    var leftOff: Source?
    do throws(ForkError) {
      try replaceAll(linksFileFirst: true, leftOff: &leftOff)
    } catch {
      beginFailure(at: leftOff)
      undo(variant, before: leftOff.map { start(of: $0) })
      throw error
    }
    finishTree()
  }

  /// Removes what was copied, then destroys the tree, whose other entries are the parent's. Kernel: `undo_dup_mmap()`.
  ///
  /// - Parameter treeEnd: Where the first vma begins that was not copied; nil if all were.
  private mutating func undo(_ variant: ForkDesignName, before treeEnd: Number?) {
    step("before the undo")
    // A first vma at address 0 leaves nothing below it; no first vma leaves everything.
    var isAnythingBelow = true
    if let treeEnd { isAnythingBelow = decide(.!(treeEnd .== 0)) }
    if isAnythingBelow {
      let all = walk(before: nil, stopsAtMarker: false)
      let copied = walk(before: treeEnd, stopsAtMarker: false)
      if decide(isAny(copied)) {
        zap(copied)
        step("after the undo unmapped")
        tearDown(
          tables: variant == .undoWithOnlyCeiling || variant == .undoWithoutTreeEnd ? all : copied,
          removed: variant == .undoWithoutTreeEnd ? all : copied,
          ceiling: variant == .undoWithVmaEndAsNext ? treeEnd : nil)
      }
    }
    destroyTree()
    step("after the tree was destroyed")
  }
}
