import Harness
import Operations
import Support

extension CompareReport: WorkReport {
  package func encode(to encoder: any Encoder) throws {
    let fields: JSONObject = [
      "first": first, "second": second, "answer": answer, "operations": operations, "runs": runs,
      "failureSweeps": sweeps, "firstSeed": firstSeed, "seconds": seconds, "comparisonsOfAllNodes": walks,
      "passedOver": Dictionary(uniqueKeysWithValues: skipped.map { ($0.key.name, $0.value) }),
      "comparesShapes": comparesShapes, "comparesCounts": comparesCounts, "endedAlike": endedAlike,
      "interrupted": wasInterrupted, "status": status.rawValue, "race": race, "groups": groups.map(fields(of:)),
    ]
    try fields.encode(to: encoder)
  }

  private func fields(of found: Group) -> JSONObject {
    let (group, difference) = (found.group, found.difference)
    return [
      "heading": group.aspect.heading, "differs": group.aspect, "after": group.family, "detail": group.detail,
      "runs": found.runs, "seed": areScripts ? nil : firstSeed &+ found.run, "operation": difference.operation,
      "operationIndex": difference.operationIndex, "first": difference.first, "second": difference.second,
      "oracle": oracleText(found), "firstViolation": found.firstVerdict.violation,
      "secondViolation": found.secondVerdict.violation, "script": ScriptText.print(found.script),
      "operations": found.script.operations.count, "shrinkingEndedEarly": found.stop != nil, "file": found.file,
    ]
  }
}
