import MapleTreeModule
import Proofs
import Support

/// What came of `maplecheck prove`, for programs.
struct ProveSummary: Encodable {
  struct Bound: Encodable {
    struct Cell: Encodable {
      var height: Int
      var tracksGaps: Bool
      var usesReadCopyUpdate: Bool
      var vacant: Int
      var sufficient: Int
      var requested: Int
      var needed: Int
    }

    var kind: String
    var formulas: String
    var formula: String
    var verdict: BoundVerdict
    var leastSlack: Int
    var greatestSlack: Int
    var cells: [Cell]
    var paths: Int
    var solverCalls: Int
    var premises: [String]
    var script: String?
    var witness: String
    var seconds: Double
  }

  var bounds: [Bound]
  var obligations: [ObligationReport]
  var differences: [String]
  var complaints: [String]
  var status: Int32
  var seconds: Double
}

extension ProveReport {
  /// The result for programs.
  var summary: ProveSummary {
    let bounds = rows.map { row in
      ProveSummary.Bound(
        kind: row.kind.description, formulas: row.file, formula: row.formula, verdict: row.verdict,
        leastSlack: row.slack.lowerBound, greatestSlack: row.slack.upperBound,
        cells: row.cells.map {
          ProveSummary.Bound.Cell(
            height: $0.cell.height, tracksGaps: $0.cell.tracksGaps, usesReadCopyUpdate: $0.cell.usesReadCopyUpdate,
            vacant: $0.vacant, sufficient: $0.sufficient, requested: $0.requested, needed: $0.needed)
        }, paths: row.paths, solverCalls: row.solverCalls, premises: row.premises, script: row.witnessScript,
        witness: row.symbolicWitness, seconds: row.seconds)
    }
    return ProveSummary(
      bounds: bounds, obligations: obligations, differences: differences, complaints: complaints,
      status: status.rawValue, seconds: seconds)
  }
}
