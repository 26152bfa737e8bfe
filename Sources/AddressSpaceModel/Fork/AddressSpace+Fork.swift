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
        guard let defect = run.options.defect else { return try site.fork(run.options.design) }
        var defective = DefectiveForkSite(site) { $0 == defect }
        try defective.fork(run.options.design)
      }
    }
  }

  /// Tears the address space down when its last user leaves.
  public mutating func exit(_ run: ForkRun) {
    withUnsafeMutablePointer(to: &self) { space in
      var site = AddressSpaceSite(parent: nil, child: space, run)
      guard let defect = run.options.defect else { return site.exit(run.options.design) }
      var defective = DefectiveForkSite(site) { $0 == defect }
      defective.exit(run.options.design)
    }
  }
}
