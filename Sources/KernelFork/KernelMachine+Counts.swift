extension KernelMachine {
  /// Counts what is taken and given back from now on, until the machine goes back to a state.
  package func beginCounting() {
    ledger = KernelLedger()
    isInTrial = true
  }

  /// How often each kind of object was taken since.
  package func countTaken() -> [KernelResource: Int] { ledger.takenCounts }

  /// How many objects of each kind were taken since and are held.
  package func countHeld() -> [KernelResource: Int] {
    ledger.held.keys.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
  }
}
