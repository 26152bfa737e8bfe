import MapleTreeModule
import Operations

// Proofs are made in processes of their own, which say with these what they found.

extension StoreKind: Codable {}
extension RebuildRule: Codable {}

extension Witness: Codable {
  private enum Key: CodingKey {
    case cell, script, nodes, vacant, sufficient
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let script = OperationCoding.decode(try values.decode([UInt8].self, forKey: .script), limit: .max)
    self.init(
      cell: try values.decode(WitnessCase.self, forKey: .cell), script: script,
      nodes: try values.decode(Int.self, forKey: .nodes), vacant: try values.decode(Int.self, forKey: .vacant),
      sufficient: try values.decode(Int.self, forKey: .sufficient))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(cell, forKey: .cell)
    try values.encode(OperationCoding.encode(script), forKey: .script)
    try values.encode(nodes, forKey: .nodes)
    try values.encode(vacant, forKey: .vacant)
    try values.encode(sufficient, forKey: .sufficient)
  }
}
