import Racing

/// Runs a body and returns the nanoseconds that it took for each of `count` operations.
func nanoseconds<Failure: Error>(for count: Int, _ body: () throws(Failure) -> Void) throws(Failure) -> Double {
  let watch = Stopwatch()
  try body()
  return watch.nanoseconds(for: count)
}
