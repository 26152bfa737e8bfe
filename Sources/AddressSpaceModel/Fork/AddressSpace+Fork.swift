import RangeMapCore

extension AddressSpace where Map: ~Copyable {
  /// An empty address space for a child, with a tree of the same kind.
  public func newChild(owner: ResourceOwner = .child) -> AddressSpace<Map> {
    AddressSpace(
      machine: machine, owner: owner, geometry: pageTable.geometry, configuration: tree.configuration,
      makeMap: makeMap)
  }

  /// Duplicates the address space. A child whose fork failed has been torn down if the call throws.
  public mutating func fork(into child: inout AddressSpace<Map>, _ run: ForkRun) throws(ForkError) {
    try withUnsafeMutablePointer(to: &self) { parent throws(ForkError) in
      try withUnsafeMutablePointer(to: &child) { child throws(ForkError) in
        var site = AddressSpaceSite(parent: parent, child: child, run)
        guard let spoiler = run.options.spoiler else { return try site.fork(run.options.design) }
        try spoiler.fork(site, run.options.design)
      }
    }
  }

  /// Tears the address space down when its last user leaves.
  public mutating func exit(_ run: ForkRun) {
    withUnsafeMutablePointer(to: &self) { space in
      var site = AddressSpaceSite(parent: nil, child: space, run)
      guard let spoiler = run.options.spoiler else { return site.exit(run.options.design) }
      spoiler.exit(site, run.options.design)
    }
  }
}
