import AddressSpaceModel

/// What every trial begins and ends with, of a fork or of another call.
extension KernelMachine {
  /// Begins a trial from a state, with somebody who looks at the moments of it.
  func beginTrial(from state: borrowing State, failing failure: KernelFailure?, watchedBy watch: KernelForkWatch) {
    restore(state)
    steps = KernelSteps(failing: failure)
    events = 0
    isInTrial = true
    look = { watch.look($0, $1) }
  }

  /// Ends a trial, after its laws were checked: adds what the kernel said, and notes what was done. If the machine came
  /// to a limit of its own, the trial decides nothing.
  func endTrial(_ outcome: inout KernelForkOutcome, _ found: [ForkViolation], watchedBy watch: KernelForkWatch) {
    checkFreedObjects()
    let violations = found + ForkViolation.said(warnings)
    // What the kernel said before it came to a limit stands.
    outcome.limit = warnings.first.flatMap { KernelMachine.isLimit($0) ? $0 : nil } ?? watch.limit
    if outcome.limit == nil { outcome.violations = violations }
    (outcome.steps, outcome.looks, outcome.events) = (steps, watch.looks, events)
  }

  /// Where an observer looks: the first page of each area that has one. The page of zeros has no reverse map.
  func observedAddresses(of pages: [(address: UInt64, page: KernelPage)], in areas: [KernelArea]) -> [UInt64] {
    let (starts, zeroFrame) = (Set(areas.map(\.range.first)), zeroFrame)
    return pages.filter {
      $0.page.isPresent && $0.page.frame != zeroFrame && starts.contains($0.address)
    }.map(\.address)
  }
}
