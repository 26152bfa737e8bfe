import RangeMapCore

/// What a copy of page tables costs, measured: the counted updates are the same everywhere, the time is this machine's.
public struct CopyMeasurement: Sendable {
  /// The most pages handled as one.
  public let batch: Int
  /// The pages copied in one round.
  public let pages: Int
  /// What one round did.
  public let counters: CopyCounters
  /// Contiguous blocks of the parent that a round took apart, and with them all entries of each.
  public let unfoldedBlocks: Int
  /// The time of the fastest round, in nanoseconds for each page.
  public let nanosecondsPerPage: Double

  /// Copies pages of folios of 2 to the power of `order` pages, in a heap that was never forked, once for each round.
  ///
  /// - Precondition: All numbers are above 0 and the pages are whole folios.
  public static func measure(pages: Int, order: Int, batch: Int, rounds: Int) -> CopyMeasurement {
    precondition(pages > 0 && batch > 0 && rounds > 0 && pages % (1 << order) == 0, "whole folios, whole rounds")
    var fastest = Double.infinity
    var counters = CopyCounters()
    var unfolded = 0
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      let ledger = ResourceLedger()
      let folios = FolioPool()
      let parent = PageTable(geometry: .arm64, ledger: ledger, owner: .parent, folios: folios)
      let child = PageTable(geometry: .arm64, ledger: ledger, owner: .child, folios: folios)
      var failures = FailurePlan.none
      let range = KeyRange(0, UInt64(pages) * parent.geometry.pageSize - 1)
      counters = CopyCounters()
      var observer = NoCopyObserver()
      // Without a failing step nothing here throws.
      do throws(OutOfMemory) {
        for page in stride(from: 0, to: pages, by: 1 << order) {
          try parent.touch(page: UInt64(page) * parent.geometry.pageSize, order: order, failures: &failures)
        }
        let start = clock.now
        try PageTableCopy.copyRange(
          from: parent, to: child, range: range, batch: batch, failures: &failures, counters: &counters,
          observer: &observer)
        let elapsed = start.duration(to: clock.now).components
        fastest = min(fastest, Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) * 1e-9)
      } catch {
        preconditionFailure("no step was to fail, but: \(error)")
      }
      unfolded = parent.unfoldedBlocks
    }
    return CopyMeasurement(
      batch: batch, pages: pages, counters: counters, unfoldedBlocks: unfolded,
      nanosecondsPerPage: fastest / Double(pages))
  }
}
