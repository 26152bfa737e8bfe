import ExternalSubject
import MapleTreeModule
import RangeMapCore

/// One of the two that race, whatever its type is.
package struct RaceSide {
  /// What it has.
  let features: Set<SubjectLibrary.Feature>
  /// Makes the subject for a workload, and for a tree that tracks gaps or does not.
  let makeRunner: (Workload, Bool) throws(RangeMapError) -> RaceRunner

  package func has(_ row: RaceRow) -> Bool { row.needs.isSubset(of: features) }
}

/// A subject that runs rows. The calls inside are compiled for its type: none goes through a witness.
package struct RaceRunner {
  package let run: (RaceRow) throws(RangeMapError) -> RaceOutcome
  /// Nanoseconds of calls that find nothing to do.
  package let time: ([EmptyCall]) throws(RangeMapError) -> Double

  /// Our tree, with the algorithm of a version or its own.
  package static func maple(_ workload: Workload, tracksGaps: Bool, rule: RebuildRule? = nil) throws(RangeMapError)
    -> RaceRunner
  {
    let holder = LaneHolder<MapleTreeSubject>(
      try RaceLane(workload: workload, tracksGaps: tracksGaps) { configuration throws(RangeMapError) in
        guard let rule else { return MapleTreeSubject(configuration: configuration) }
        return MapleTreeSubject(configuration: configuration, rebuildRule: rule)
      })
    return RaceRunner(
      run: { row throws(RangeMapError) in try holder.lane.run(row) },
      time: { calls throws(RangeMapError) in try holder.lane.time(of: calls) })
  }

  /// A library's tree.
  package static func library(
    _ library: SubjectLibrary, _ workload: Workload, tracksGaps: Bool
  ) throws(RangeMapError) -> RaceRunner {
    let holder = LaneHolder<ExternalSubject>(
      try RaceLane(workload: workload, tracksGaps: tracksGaps) { configuration throws(RangeMapError) in
        guard let map = library.makeMap(configuration: configuration) else { throw .unsupported }
        return map
      })
    return RaceRunner(
      run: { row throws(RangeMapError) in try holder.lane.run(row) },
      time: { calls throws(RangeMapError) in try holder.lane.time(of: calls) })
  }
}

extension RaceSide {
  /// Our tree, with the algorithm of a version or its own.
  package static func maple(rule: RebuildRule? = nil) -> RaceSide {
    RaceSide(features: Set(SubjectLibrary.Feature.allCases)) { workload, tracksGaps throws(RangeMapError) in
      try .maple(workload, tracksGaps: tracksGaps, rule: rule)
    }
  }

  /// A library's tree.
  package static func library(_ library: SubjectLibrary) -> RaceSide {
    RaceSide(features: library.features) { workload, tracksGaps throws(RangeMapError) in
      try .library(library, workload, tracksGaps: tracksGaps)
    }
  }
}

/// Keeps a lane, which cannot be copied, for the calls on it.
private final class LaneHolder<Subject: RangeMap & ~Copyable> {
  var lane: RaceLane<Subject>

  init(_ lane: consuming RaceLane<Subject>) { self.lane = lane }
}
