import RangeMapCore

#if MAPLE_WITNESS
  extension MapleTreeSubject: WitnessedRangeMap {
    /// Shows the accesses of all trees of the module.
    public func witness(_ hook: AccessHook?, context: UnsafeMutableRawPointer?) {
      (AccessWitness.hook, AccessWitness.context) = (hook, context)
    }
  }
#endif
