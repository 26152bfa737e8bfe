import RangeMapCore
import Testing

@testable import MapleTreeModule

/// The division of 7.3 must leave nodes within their capacity, sufficient, and without a NULL at a leaf's end.
@Suite("How 7.3 divides what it copies")
struct CopyDivisionTests {
  private typealias Plan = CutPlan<ConcreteDomain>

  private static let shapes: [(name: GeometryName, kind: NodeKind)] = GeometryName.allCases.flatMap { name in
    [NodeKind.leaf, .range, .gapTracking].map { (name, $0) }
  }

  /// Calls `body` for each set of NULLs without neighbours among the items at and beside the places where a cut can be.
  private func forEachPattern(count: Int, isLeaf: Bool, _ body: (Set<Int>) -> Void) {
    let third = (count + 2) / 3
    let places = Set([(count - 1) / 2, third, 2 * third + 1].flatMap { $0 - 1...$0 + 1 })
    let window = isLeaf ? places.filter { $0 >= 0 && $0 < count }.sorted() : []
    for bits in 0..<(1 << window.count) {
      let nulls = Set(window.indices.filter { bits >> $0 & 1 == 1 }.map { window[$0] })
      if !nulls.contains(where: { nulls.contains($0 + 1) }) { body(nulls) }
    }
  }

  @Test("into one, two or three nodes, each sufficient and none ending with NULL", arguments: shapes)
  func division(_ shape: (name: GeometryName, kind: NodeKind)) {
    let sizes = Geometry.named(shape.name, for: .copiedByLevel).shape(of: shape.kind)
    let isLeaf = shape.kind == .leaf
    var seen: Set<Int> = []
    // A spanning store joins two nodes that keep all but a slot, and up to three items in its place.
    for count in 1...(2 * sizes.slots + 1) {
      forEachPattern(count: count, isLeaf: isLeaf) { nulls in
        var domain = ConcreteDomain()
        let division = Plan.copyDivision(
          count: count, isLeaf: isLeaf, shape: sizes, isNull: { item, _ in nulls.contains(item) }, in: &domain)
        let cuts: [Int] =
          switch division {
          case .one: []
          case .two(let cut): [cut.last]
          case .three(let cut, let second): [cut.last, second.last]
          }
        seen.insert(cuts.count + 1)
        let bounds = [-1] + cuts + [count - 1]
        for (before, last) in zip(bounds, bounds.dropFirst()) {
          let items = last - before
          #expect(items <= sizes.slots, "\(count) items, NULL \(nulls.sorted()): cuts \(cuts)")
          #expect(items > sizes.minimum || cuts.isEmpty, "\(count) items, NULL \(nulls.sorted()): cuts \(cuts)")
          if last < count - 1 { #expect(!nulls.contains(last), "\(count) items, NULL \(nulls.sorted()): cuts \(cuts)") }
        }
        // Three nodes are for what two do not hold.
        if cuts.count == 2 { #expect(count >= 2 * sizes.slots) }
      }
    }
    #expect(seen == [1, 2, 3])
  }

  @Test("two nodes are shared with a sibling only if a slot stays free", arguments: shapes)
  func sharing(_ shape: (name: GeometryName, kind: NodeKind)) {
    let sizes = Geometry.named(shape.name, for: .copiedByLevel).shape(of: shape.kind)
    for count in (sizes.slots + 1)...(sizes.slots + 2) {
      for siblingEnd in 0..<sizes.slots {
        #expect(
          NodeFill.twoNodesHold(count: count, siblingEnd: siblingEnd, shape: sizes)
            == (count + siblingEnd + 1 <= 2 * sizes.slots - 1))
      }
    }
  }
}
