import RangeMapCore

extension RaceLane where Subject: ~Copyable {
  /// Duplicates the tree, then stores over each range of the copy.
  ///
  /// The stores are plain, each with a walk from the root: a store through a cursor would give the former entry back,
  /// for which an adapter may have to walk a second time.
  mutating func duplicateAndReplace() throws(RangeMapError) -> Outcome {
    try repeatCopy { (tree, copy, workload) throws(RangeMapError) in
      try tree.duplicate(into: &copy, policy: .maySleep)
      for number in 0..<UInt64(workload.count) {
        try copy.store(workload.entry(number + 1), over: workload.range(number), policy: .maySleep)
      }
    }
  }

  /// Goes through the tree with a cursor, and stores each entry in the copy in bulk mode.
  mutating func copyInBulk() throws(RangeMapError) -> Outcome {
    try repeatCopy { (tree, copy, workload) throws(RangeMapError) in
      try copy.beginBulk(expecting: UInt64(workload.count), policy: .maySleep)
      tree.cursorSet(0, to: .single(0))
      var number: UInt64 = 0
      while let entry = tree.cursorMove(0, .find, limit: .max) {
        try copy.bulkStore(entry, over: workload.range(number))
        number += 1
      }
      copy.endBulk()
    }
  }

  /// Times a body that fills the empty copy. That the copy is emptied again is not timed; the time of the clock itself
  /// is taken off.
  private mutating func repeatCopy(
    _ body: (inout Subject, inout Subject, Workload) throws(RangeMapError) -> Void
  ) throws(RangeMapError) -> Outcome {
    var total = 0.0
    var sum: UInt64 = 0
    copy.removeAll()
    for _ in 0..<repetitions {
      let watch = Stopwatch()
      try body(&tree, &copy, workload)
      total += watch.nanoseconds(for: workload.count)
      total -= Stopwatch().nanoseconds(for: workload.count)
      sum &+= copy.slot(at: workload.index(in: UInt64(workload.count - 1))).entry?.word ?? 0
      copy.removeAll()
    }
    return Outcome(nanoseconds: total / Double(repetitions), sum: sum)
  }
}
