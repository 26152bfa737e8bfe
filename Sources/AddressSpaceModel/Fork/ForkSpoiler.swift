import RangeMapCore

/// What only a defect does to a site.
public protocol SpoilableForkSite<Domain>: ForkSite {
  /// Tells the driver of a vma of the parent that it is closed.
  mutating func closeSource(_ source: Source)
  /// Tells the driver of a vma that a teardown found that it is closed.
  mutating func closeFound(_ found: Found)
  /// Marks a vma of the parent as one that is in no tree.
  mutating func detach(_ source: Source)
}

/// Who has a fork go wrong: tests and proofs seed defects by it, and nothing here knows which.
public protocol ForkSpoiler: Sendable {
  func fork<Site: SpoilableForkSite<ConcreteDomain>>(_ site: Site, _ design: ForkDesignName) throws(ForkError)
  func exit<Site: SpoilableForkSite<ConcreteDomain>>(_ site: Site, _ design: ForkDesignName)
}
