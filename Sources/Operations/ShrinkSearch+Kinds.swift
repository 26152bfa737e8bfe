import RangeMapCore

/// Steps that are large where a script is long: all operations of a kind at once, all attempts of a sweep at once.
extension ShrinkSearch<Script> {
  /// Kinds that seldom matter without each other.
  private static var groups: [Set<OperationKind>] {
    [
      [.load, .find, .findAfter, .next, .previous, .lowestGap, .highestGap, .verify],
      [.cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase],
      [.prepare, .storePrepared, .abandonPrepared],
      [.beginBulk, .bulkStore, .bulkFill, .endBulk],
      [.enterReader, .leaveReader], [.setReadCopyUpdate], [.duplicate], [.failAllocation, .interlope],
      [.allocateLowest, .allocateHighest, .allocateCyclic], [.erase], [.insert], [.removeAll],
    ]
  }

  /// How many operations before the failure are spared where a group matters to it.
  private static var spared: Int { 16 }

  /// Takes out each group of kinds: all of it but for the last operation, or all that is not close to the failure.
  mutating func removeKinds() {
    for group in Self.groups where mayGoOn {
      for spared in [1, Self.spared] {
        let end = script.operations.count - spared
        let operations = script.operations
        if accept(script.without { $0 < end && group.contains(operations[$0].kind) }) { break }
      }
    }
  }

  /// Makes each operation of a failure sweep once, as if nothing had been refused: the sweep makes it again and again,
  /// with another request refused each time. The last attempts stay, for what they were refused may be what matters.
  mutating func makeAttemptsOnce() {
    guard script.operations.contains(where: { $0.kind == .failAllocation }) else { return }
    for kept in [1, 2, 4] {
      // Another writer came in at one of the attempts. Its store is made plainly, or left out.
      for writersStore in [true, false] {
        if accept(madeOnce(keeping: kept, writersStore: writersStore)) { return }
      }
    }
  }

  private func madeOnce(keeping kept: Int, writersStore: Bool) -> Script {
    let attempts = Attempt.all(of: script)
    var operations: [Operation] = []
    for (place, attempt) in attempts.enumerated() {
      if place >= attempts.count - kept {
        operations += attempt.orders + attempt.call
        continue
      }
      if writersStore {
        operations += attempt.orders.compactMap { order in
          order.kind == .interlope ? .store(order.range, order.entry, .maySleep) : nil
        }
      }
      let isRepeated = place + 1 < attempts.count && attempts[place + 1].call == attempt.call
      if !isRepeated { operations += attempt.call }
    }
    return Script(configuration: script.configuration, operations: operations)
  }
}

/// A call with the orders before it.
private struct Attempt {
  var orders: [Operation] = []
  /// One operation; none at the end of a script that ends with orders.
  var call: [Operation] = []

  static func all(of script: Script) -> [Attempt] {
    var attempts = [Attempt()]
    for operation in script.operations {
      if operation.kind == .failAllocation || operation.kind == .interlope {
        attempts[attempts.count - 1].orders.append(operation)
      } else {
        attempts[attempts.count - 1].call = [operation]
        attempts.append(Attempt())
      }
    }
    if attempts.last?.orders.isEmpty == true { attempts.removeLast() }
    return attempts
  }
}
