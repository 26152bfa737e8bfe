import ExternalSubject
import MapleTreeModule
import RangeMapCore

/// Why a race ended before its end.
enum RaceError: Error, CustomStringConvertible {
  /// The library makes no map of the kind.
  case noMap(tracksGaps: Bool)
  /// A call of one side failed.
  case call(RangeMapError, row: String)
  /// The two sides found different entries.
  case resultsDiffer(row: String, count: Int)

  var description: String {
    switch self {
    case .noMap(let tracksGaps): "the library makes no \(kindName(tracksGaps: tracksGaps)) map with an external lock"
    case .call(let error, let row): "\(row): \(error)"
    case .resultsDiffer(let row, let count): "\(row), \(count) entries: the two trees do not hold the same"
    }
  }
}

/// One number of entries and one tree kind, run on our tree and on a library's in turn.
struct Race: ~Copyable {
  let count: Int
  let rows: [RaceRow]
  private let library: SubjectLibrary
  private var ours: RaceLane<MapleTreeSubject>
  private var theirs: RaceLane<ExternalSubject>
  private(set) var results: [RaceResult]

  init(count: Int, tracksGaps: Bool, rows: [RaceRow], library: SubjectLibrary) throws(RaceError) {
    let workload = Workload(count: count)
    let ours = try Self.lane(workload, tracksGaps) { MapleTreeSubject(configuration: $0) }
    let theirs = try Self.lane(workload, tracksGaps) { configuration throws(RangeMapError) in
      guard let map = library.makeMap(configuration: configuration) else { throw .unsupported }
      return map
    }
    self.count = count
    self.library = library
    self.rows = rows.filter { $0.needs.isSubset(of: library.features) }
    results = self.rows.map { RaceResult(row: $0) }
    self.ours = ours
    self.theirs = theirs
  }

  private static func lane<Subject: RangeMap & ~Copyable>(
    _ workload: Workload, _ tracksGaps: Bool,
    makeMap: @escaping (MapConfiguration) throws(RangeMapError) -> Subject
  ) throws(RaceError) -> RaceLane<Subject> {
    do throws(RangeMapError) {
      return try RaceLane(workload: workload, tracksGaps: tracksGaps, makeMap: makeMap)
    } catch {
      throw .noMap(tracksGaps: tracksGaps)
    }
  }

  /// Fills both trees, for rows that need one.
  mutating func fill() throws(RaceError) {
    do throws(RangeMapError) {
      _ = try ours.run(.ascendingStore)
      _ = try theirs.run(.ascendingStore)
    } catch {
      throw .call(error, row: RaceRow.ascendingStore.rawValue)
    }
  }

  /// Runs every row once on each side, one row at a time, so that what disturbs the machine disturbs both.
  mutating func runRound(_ round: Int) throws(RaceError) {
    for index in rows.indices {
      let row = rows[index]
      let (our, their) = try run(row, oursFirst: round.isMultiple(of: 2))
      guard our.sum == their.sum else { throw .resultsDiffer(row: row.rawValue, count: count) }
      results[index].add(ours: our.nanoseconds, theirs: their.nanoseconds)
    }
  }

  private typealias Outcomes = (RaceLane<MapleTreeSubject>.Outcome, RaceLane<ExternalSubject>.Outcome)

  private mutating func run(_ row: RaceRow, oursFirst: Bool) throws(RaceError) -> Outcomes {
    do throws(RangeMapError) {
      if oursFirst {
        let our = try ours.run(row)
        return (our, try theirs.run(row))
      }
      let their = try theirs.run(row)
      return (try ours.run(row), their)
    } catch {
      throw .call(error, row: row.rawValue)
    }
  }

  /// Measures what calls cost besides their work, for the rows whose time is that of calls.
  mutating func measureEmptyCalls() throws(RaceError) {
    for index in results.indices {
      let row = rows[index]
      let calls = row.calls.filter { library.features.contains($0.needs) }
      do throws(RangeMapError) {
        results[index].ourEmptyCalls = try ours.time(of: calls)
        results[index].theirEmptyCalls = try theirs.time(of: calls)
      } catch {
        throw .call(error, row: row.rawValue)
      }
    }
  }
}
