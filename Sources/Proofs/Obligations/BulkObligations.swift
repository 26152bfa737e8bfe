import MapleTreeModule
import RangeMapCore

/// Where bulk mode divides nodes and evens out leaves. There are few cases of each, so all of them are run, with no
/// solver.
enum BulkObligations {
  private typealias Plan = CutPlan<ConcreteDomain>

  static var all: [Obligation] {
    GeometryName.allCases.flatMap { name in
      let geometry = Geometry.named(name, for: .toTheRoot)
      return [("leaf", geometry.leaf), ("plain", geometry.range), ("gaps", geometry.gapTracking)].map { place, shape in
        division(shape, isLeaf: place == "leaf", name: "bulk/division/\(name)/\(place)")
      }
    } + [evening(Geometry.linux64.leaf)]
  }

  // MARK: Division

  /// Content, by its last item, and which of the items that a cut may meet are NULL.
  private struct Content: CustomStringConvertible {
    var last: Int
    var nulls: Int

    /// No two NULLs are beside each other, so that the parity of the place tells; 0: none, 1: odd places, 2: even ones.
    func isNull(_ item: Int) -> Bool { nulls != 0 && item % 2 == nulls % 2 }

    var description: String { "\(last + 1) items, \(["no NULL", "NULL at odd places", "NULL at even places"][nulls])" }
  }

  private static func division(_ shape: Geometry.Shape, isLeaf: Bool, name: String) -> Obligation {
    Obligation(
      name, .bounds,
      "What bulk mode divides fits its nodes: none has one item alone, and the left one is as full as it can be.",
      premises: [.itemsOfTwoNodes], weakened: [.itemsOfTwoNodes], cost: 0, group: .named("bulk")
    ) { _, premise in
      var report = ProofReport()
      report.isExhaustive = true
      // Two full nodes that a spanning store joined, and the entry.
      let greatest = 2 * shape.slots
      report.bound = "\(greatest + 1) items"
      let last = premise == .itemsOfTwoNodes ? 4 * shape.slots : greatest
      for content in (shape.slots...last).flatMap({ last in
        (0...(isLeaf ? 2 : 0)).map { Content(last: last, nulls: $0) }
      }) {
        report.paths += 1
        if content.last == greatest { report.boundWitness = ProofWitness("\(content)") }
        guard let fault = fault(content, shape, isLeaf: isLeaf) else { continue }
        report.break(by: ProofWitness("\(content): \(fault)"))
      }
      return report
    }
  }

  /// What is wrong with the division of some content; nil if all is well.
  private static func fault(_ content: Content, _ shape: Geometry.Shape, isLeaf: Bool) -> String? {
    var domain = ConcreteDomain()
    let division = Plan.division(
      last: content.last, isLeaf: isLeaf, isBulk: true, shape: shape, isNull: { item, _ in content.isNull(item) },
      in: &domain)
    let ends: [Int]
    switch division {
    case .one: ends = [content.last]
    case .two(let cut): ends = [cut.last, content.last]
    case .three(let cut, let second): ends = [cut.last, second.last, content.last]
    }
    let sizes = zip(ends, [-1] + ends).map { $0 - $1 }
    if sizes.contains(where: { !(1...shape.slots).contains($0) }) { return "nodes of \(sizes) items" }
    if ends.dropLast().contains(where: { content.isNull($0) }) { return "a node ends with NULL: \(sizes)" }
    if sizes.last == 1 { return "one item alone in the last node: \(sizes)" }
    // A cut that moves off a NULL leaves one slot unused, or gives one item more to the right node.
    let isFilled = sizes[0] >= shape.slots - 1 || content.last - sizes[0] <= max(shape.minimum, 2)
    if sizes.count == 2, content.last <= 2 * shape.slots - 2, !isFilled {
      return "the left node is not filled: \(sizes)"
    }
    if sizes.count == 3, content.last < 2 * shape.slots - 1 { return "three nodes for what two hold: \(sizes)" }
    return nil
  }

  // MARK: Evening out

  /// For every leaf that is evened out and every leaf before it. The number of cases, which is pinned, tells which
  /// leaves are.
  private static func evening(_ leaf: Geometry.Shape) -> Obligation {
    Obligation(
      "bulk/evening", .bounds,
      "Evening a last leaf out leaves two leaves that fit, the left one sufficient and not ended by a NULL.",
      premises: [.leftLeafFits], weakened: [.leftLeafFits], cost: 0, group: .named("bulk")
    ) { _, premise in
      var report = ProofReport()
      report.isExhaustive = true
      for count in 1...leaf.slots where NodeFill.needsEvening(count: count, leaf: leaf) {
        report.details = [ProofDetail("evened out", "up to \(count) items")]
        for nulls in 0...2 {
          // The items of the left leaf come first.
          for last in 0..<(premise == .leftLeafFits ? 3 * leaf.slots : leaf.slots) {
            let left = Content(last: last, nulls: nulls)
            var domain = ConcreteDomain()
            let cut = Plan.eveningCut(leaf: leaf, isNull: { item, _ in left.isNull(item) }, in: &domain)
            guard last > cut else { continue }
            let right = last - cut + count
            let holds = right <= leaf.slots && (leaf.minimum + 1...leaf.slots).contains(cut + 1) && !left.isNull(cut)
            report.paths += 1
            if !holds { report.break(by: ProofWitness("\(left), and \(count): \(cut + 1) and \(right)")) }
          }
        }
      }
      return report
    }
  }
}
