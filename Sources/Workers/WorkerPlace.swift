/// Where a worker was when it ended.
package struct WorkerPlace: Hashable, Sendable {
  /// The pass over its part, counted from 1, and the operation of the pass, counted from 0.
  package var pass: UInt64
  package var operation: Int
  /// The calls of the pass.
  package var calls: UInt64

  package init(pass: UInt64, operation: Int, calls: UInt64) {
    (self.pass, self.operation, self.calls) = (pass, operation, calls)
  }
}

extension WorkerPage {
  /// Where the worker is.
  package var place: WorkerPlace {
    WorkerPlace(
      pass: self[.pass], operation: Int(truncatingIfNeeded: self[.operation]), calls: self[.calls])
  }
}
