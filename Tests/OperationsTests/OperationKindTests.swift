import Operations
import Testing

/// What the rows say of the kinds.
struct OperationKindTests {
  private func kinds(_ isOf: (OperationKind) -> Bool) -> Set<OperationKind> { Set(OperationKind.allCases.filter(isOf)) }

  @Test func `what changes, what asks for memory and what is an order are as the harness needs them`() {
    let stores: Set<OperationKind> = [
      .store, .insert, .erase, .allocateLowest, .allocateHighest, .allocateCyclic, .storePrepared, .bulkStore,
      .bulkFill, .cursorStore, .cursorErase, .fill,
    ]
    #expect(kinds { $0.traits.contains(.stores) } == stores)
    #expect(kinds(\.isWrite) == stores.union([.removeAll, .endBulk]))
    #expect(kinds(\.mayAllocate) == stores.subtracting([.storePrepared]).union([.duplicate, .prepare, .beginBulk]))
    #expect(kinds(\.isOrder) == [.failAllocation, .interlope, .enterReader, .leaveReader, .verify, .atMost])
    #expect(OperationKind.ofBulkMode == [.beginBulk, .bulkStore, .endBulk, .bulkFill])
    #expect(kinds(\.isFill) == [.fill, .bulkFill])
    #expect(
      kinds(\.usesCursor) == [.cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase])
  }

  @Test func `each kind has a name and a line of its own`() {
    let kinds = OperationKind.allCases
    #expect(Set(kinds.map(\.name)).count == kinds.count)
    #expect(Set(kinds.map { $0.row.form.meaning }).count == kinds.count)
    for kind in kinds {
      // Tables and floors keep these names.
      let words = "\(kind)".replacing(/[A-Z]/) { " " + $0.output.lowercased() }
      #expect(kind.name == words)
      #expect(Operation(kind).normalized.kind == kind)
    }
  }
}
