import RangeMapCore

/// The loop of all designs but that of 6.1: the child's tree, a duplicate, holds the parent's vmas at first, and each
/// is replaced by its copy or erased.
extension ForkSite {
  /// Goes over the child's tree. The caller undoes a failure.
  ///
  /// - Parameters:
  ///   - linksFileFirst: Whether the file is linked before the copy is stored, as up to 6.8, and the driver told last.
  ///   - isKillableAtEveryVma: Whether a kill is looked for at vmas that are not inherited too.
  ///   - leftOff: Of a failure, the first vma of the parent that the child's tree still holds; nil for none.
  mutating func replaceAll(
    linksFileFirst: Bool, isKillableAtEveryVma: Bool = false, leftOff: inout Source?
  ) throws(ForkError) {
    try forEachSource(in: .childs) { site, source throws(ForkError) in
      leftOff = source
      if isKillableAtEveryVma && site.isInterrupted(at: source) { throw .interrupted }
      let isUninherited = site.isUninherited(source)
      try site.when(isUninherited) { site throws(ForkError) in
        guard site.erase(source) else { throw .outOfMemory }
        site.subtract(source)
      }
      try site.when(.!isUninherited) { site throws(ForkError) in
        let copy = try site.copyVma(source, isKillable: !isKillableAtEveryVma)
        site.link(copy, of: source, linksFileFirst: linksFileFirst)
        do throws(ForkError) {
          try site.copyPagesUnlessWiped(of: source, to: copy)
        } catch {
          // The vma counts as copied, with the pages that it got.
          if linksFileFirst { site.open(copy) }
          leftOff = site.source(behind: source)
          throw error
        }
        if linksFileFirst { site.open(copy) }
      }
      leftOff = nil
    }
    guard runHook() else { throw .outOfMemory }
  }

  private mutating func link(_ copy: Copy, of source: Source, linksFileFirst: Bool) {
    if linksFileFirst { linkFile(of: copy) }
    replace(source, by: copy)
    count(source)
    if linksFileFirst { return }
    open(copy)
    linkFile(of: copy)
  }
}
