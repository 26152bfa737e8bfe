import Testing

@testable import KernelFork

/// What a trial took and gave back. Three laws rest on it.
@Suite("The ledger of a kernel's objects")
struct KernelLedgerTests {
  private let vma = KernelLedger.Object(kind: .vma, address: 0x1000)
  private let opened = KernelLedger.Object(kind: .opened, address: 0x1000)

  @Test("what is given back is not left")
  func balanced() {
    var ledger = KernelLedger()
    for object in [vma, opened] { ledger.take(object) }
    for object in [opened, vma] { ledger.give(object) }
    #expect(ledger.left.isEmpty && ledger.foreign.isEmpty && ledger.takenTwice.isEmpty)
  }

  @Test("what is not given back is left, the oldest first")
  func left() {
    var ledger = KernelLedger()
    for object in [opened, vma] { ledger.take(object) }
    #expect(ledger.left == [opened, vma])
  }

  @Test("what was never taken is foreign, and so is what is given back twice")
  func foreign() {
    var ledger = KernelLedger()
    ledger.give(vma)
    ledger.take(opened)
    for _ in 0..<2 { ledger.give(opened) }
    #expect(ledger.foreign == [vma, opened])
  }

  @Test("a vma that is opened twice is seen")
  func twice() {
    var ledger = KernelLedger()
    for _ in 0..<2 { ledger.take(opened) }
    #expect(ledger.takenTwice == [opened])
  }
}
