import ExternalSubject
import RangeMapCore

/// Why a race ended before its end.
package enum RaceError: Error, CustomStringConvertible {
  /// One of the two makes no map of the kind.
  case noMap(tracksGaps: Bool)
  /// A call of one side failed.
  case call(RangeMapError, row: String)
  /// The two sides found different entries.
  case resultsDiffer(row: String, count: Int)

  package var description: String {
    switch self {
    case .noMap(let tracksGaps): "one of the two makes no \(tracksGaps ? "gaps" : "plain") map with an external lock"
    case .call(let error, let row): "\(row): \(error)"
    case .resultsDiffer(let row, let count): "\(row), \(count) entries: the two trees do not hold the same"
    }
  }
}

/// One number of entries and one tree kind, run on two sides in turn.
package struct Race {
  package let count: Int
  package let tracksGaps: Bool
  package let rows: [RaceRow]
  private let sides: (first: RaceSide, second: RaceSide)
  private let first: RaceRunner
  private let second: RaceRunner
  package private(set) var results: [RaceResult]

  /// Rows that one of the two cannot run are left out.
  package init(
    count: Int, tracksGaps: Bool, rows: [RaceRow], _ first: RaceSide, _ second: RaceSide
  ) throws(RaceError) {
    let workload = Workload(count: count)
    do throws(RangeMapError) {
      self.first = try first.makeRunner(workload, tracksGaps)
      self.second = try second.makeRunner(workload, tracksGaps)
    } catch {
      throw .noMap(tracksGaps: tracksGaps)
    }
    self.count = count
    self.tracksGaps = tracksGaps
    self.rows = rows.filter { first.has($0) && second.has($0) }
    sides = (first, second)
    results = self.rows.map { RaceResult(row: $0) }
  }

  /// Fills both trees, for rows that need one.
  package mutating func fill() throws(RaceError) {
    do throws(RangeMapError) {
      _ = try first.run(.ascendingStore)
      _ = try second.run(.ascendingStore)
    } catch {
      throw .call(error, row: RaceRow.ascendingStore.rawValue)
    }
  }

  /// Runs every row once on each side, one row at a time, so that what disturbs the machine disturbs both.
  package mutating func runRound(_ round: Int) throws(RaceError) {
    for index in rows.indices {
      let row = rows[index]
      let (one, other) = try run(row, firstBegins: round.isMultiple(of: 2))
      guard one.sum == other.sum else { throw .resultsDiffer(row: row.rawValue, count: count) }
      results[index].add(one.nanoseconds, other.nanoseconds)
    }
  }

  private func run(_ row: RaceRow, firstBegins: Bool) throws(RaceError) -> (RaceOutcome, RaceOutcome) {
    do throws(RangeMapError) {
      if firstBegins {
        let one = try first.run(row)
        return (one, try second.run(row))
      }
      let other = try second.run(row)
      return (try first.run(row), other)
    } catch {
      throw .call(error, row: row.rawValue)
    }
  }

  /// Measures what calls cost besides their work, for the rows whose time is that of calls.
  package mutating func measureEmptyCalls() throws(RaceError) {
    for index in results.indices {
      let row = rows[index]
      let calls = row.calls.filter {
        sides.first.features.contains($0.needs) && sides.second.features.contains($0.needs)
      }
      do throws(RangeMapError) {
        results[index].firstEmptyCalls = try first.time(calls)
        results[index].secondEmptyCalls = try second.time(calls)
      } catch {
        throw .call(error, row: row.rawValue)
      }
    }
  }
}
