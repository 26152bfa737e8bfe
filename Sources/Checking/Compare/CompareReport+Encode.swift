import Harness
import Operations
import Support

extension CompareReport: Encodable {
  enum CodingKeys: String, CodingKey {
    case first, second, answer, operations, runs, failureSweeps, firstSeed, seconds, comparisonsOfAllNodes, passedOver
    case comparesShapes, comparesCounts, endedAlike, groups, race, interrupted, status
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(first, forKey: .first)
    try container.encode(second, forKey: .second)
    try container.encode(answer, forKey: .answer)
    try container.encode(operations, forKey: .operations)
    try container.encode(runs, forKey: .runs)
    try container.encode(sweeps, forKey: .failureSweeps)
    try container.encode(firstSeed, forKey: .firstSeed)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(walks, forKey: .comparisonsOfAllNodes)
    try container.encode(
      Dictionary(uniqueKeysWithValues: skipped.map { ($0.key.name, $0.value) }), forKey: .passedOver)
    try container.encode(comparesShapes, forKey: .comparesShapes)
    try container.encode(comparesCounts, forKey: .comparesCounts)
    try container.encode(endedAlike, forKey: .endedAlike)
    try container.encode(wasInterrupted, forKey: .interrupted)
    try container.encode(status.rawValue, forKey: .status)
    try container.encodeIfPresent(race, forKey: .race)
    var list = container.nestedUnkeyedContainer(forKey: .groups)
    for group in groups { try encode(group, in: list.nestedContainer(keyedBy: GroupKeys.self)) }
  }

  enum GroupKeys: String, CodingKey {
    case heading, differs, after, detail, runs, seed, operation, operationIndex, first, second, oracle, firstViolation
    case secondViolation, script, operations, shrinkingEndedEarly, file
  }

  private func encode(_ group: Group, in container: KeyedEncodingContainer<GroupKeys>) throws {
    var container = container
    try container.encode(group.group.aspect.heading, forKey: .heading)
    try container.encode(group.group.aspect, forKey: .differs)
    try container.encode(group.group.family, forKey: .after)
    try container.encode(group.group.detail, forKey: .detail)
    try container.encode(group.runs, forKey: .runs)
    if !areScripts { try container.encode(firstSeed &+ group.run, forKey: .seed) }
    try container.encode(group.difference.operation, forKey: .operation)
    try container.encode(group.difference.operationIndex, forKey: .operationIndex)
    try container.encode(group.difference.first, forKey: .first)
    try container.encode(group.difference.second, forKey: .second)
    try container.encode(oracleText(group), forKey: .oracle)
    try container.encodeIfPresent(group.firstVerdict.violation, forKey: .firstViolation)
    try container.encodeIfPresent(group.secondVerdict.violation, forKey: .secondViolation)
    try container.encode(ScriptText.print(group.script), forKey: .script)
    try container.encode(group.script.operations.count, forKey: .operations)
    try container.encode(group.stop != nil, forKey: .shrinkingEndedEarly)
    try container.encodeIfPresent(group.file, forKey: .file)
  }
}
