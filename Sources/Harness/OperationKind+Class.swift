import Operations

extension OperationKind {
  /// The words that tables use: `cursor store` for `cursorStore`.
  public var name: String {
    var words = ""
    for character in "\(self)" {
      if character.isUppercase { words.append(" ") }
      words.append(contentsOf: character.lowercased())
    }
    return words
  }

  /// Whether the call may change content.
  @inlinable
  public var isWrite: Bool {
    switch self {
    case .store, .insert, .erase, .allocateLowest, .allocateHighest, .allocateCyclic, .removeAll, .storePrepared,
      .bulkStore, .bulkFill, .endBulk, .cursorStore, .cursorErase, .fill:
      true
    default: false
    }
  }

  /// Whether the call may ask for memory and say so by an error when it gets none.
  @inlinable
  public var mayAllocate: Bool {
    switch self {
    case .store, .insert, .erase, .allocateLowest, .allocateHighest, .allocateCyclic, .duplicate, .prepare, .beginBulk,
      .bulkStore, .bulkFill, .cursorStore, .cursorErase, .fill:
      true
    default: false
    }
  }

  /// Whether this is a word to the harness, which no call of the subject answers and which uses up no other order.
  @inlinable
  public var isOrder: Bool {
    switch self {
    case .failAllocation, .interlope, .enterReader, .leaveReader, .verify, .atMost: true
    default: false
    }
  }
}
