import RangeMapCore
import Testing

@testable import MapleTreeModule

/// A kind of node in a geometry, for the tests of cuts.
struct CutShape: Sendable, CustomTestStringConvertible {
  var geometry: GeometryName
  var kind: NodeKind

  var shape: Geometry.Shape { Geometry.named(geometry, for: .toTheRoot).shape(of: kind) }
  var isLeaf: Bool { kind == .leaf }
  var testDescription: String { "\(geometry) \(kind)" }

  static let all: [CutShape] = GeometryName.allCases.flatMap { geometry in
    [NodeKind.leaf, .range, .gapTracking].map { CutShape(geometry: geometry, kind: $0) }
  }
}

/// Every cut must leave nodes within their capacity, with their minimum, and not with a NULL at a leaf's end.
@Suite("Where nodes are cut")
struct CutTests {
  private typealias Plan = CutPlan<ConcreteDomain>

  /// Calls `body` with every set of NULLs without neighbours among the items near those that a plan may look at; for
  /// internal nodes with none. All other items do not matter, which `isNull` checks.
  private func forEachPattern(
    _ shape: CutShape, last: Int, near positions: [Int], _ body: (Set<Int>, @escaping Plan.IsNull) -> Void
  ) {
    let window =
      shape.isLeaf
      ? Set(positions.flatMap { $0 - 1...$0 + 1 }).filter { $0 >= 0 && $0 <= last }.sorted() : []
    for bits in 0..<(1 << window.count) {
      let nulls = Set(window.indices.filter { bits >> $0 & 1 == 1 }.map { window[$0] })
      if nulls.contains(where: { nulls.contains($0 + 1) }) { continue }
      body(nulls) { index, _ in
        if shape.isLeaf && !window.contains(index) { Issue.record("the plan looks at item \(index), not in \(window)") }
        return nulls.contains(index)
      }
    }
  }

  /// What is wrong with nodes of these first and last items.
  private func fault(_ parts: [ClosedRange<Int>], _ shape: CutShape, nulls: Set<Int>, minimum: Int) -> String? {
    for (index, part) in parts.enumerated() {
      let isLastPart = index == parts.count - 1
      if part.count > shape.shape.slots { return "node \(index) is overfull: \(parts)" }
      if part.count < minimum { return "node \(index) has too little: \(parts)" }
      // The last part may be right-most, and ends as the old content did.
      if !isLastPart && nulls.contains(part.upperBound) { return "node \(index) ends with NULL: \(parts)" }
    }
    return nil
  }

  private func parts(_ cuts: [Int], last: Int) -> [ClosedRange<Int>]? {
    let bounds = [-1] + cuts + [last]
    guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    return zip(bounds, bounds.dropFirst()).map { ($0 + 1)...$1 }
  }

  private func check(
    _ cuts: [Int], last: Int, _ shape: CutShape, nulls: Set<Int>, minimum: Int, _ what: @autoclosure () -> String
  ) {
    guard let parts = parts(cuts, last: last) else {
      Issue.record("\(what()), NULL \(nulls.sorted()): a node without items, cuts \(cuts)")
      return
    }
    if let fault = fault(parts, shape, nulls: nulls, minimum: minimum) {
      Issue.record("\(what()), NULL \(nulls.sorted()): \(fault)")
    }
  }

  @Test("a node divided in two keeps both sufficient", arguments: CutShape.all)
  func divide(_ shape: CutShape) {
    // A store adds up to two items to a full leaf, a division one child to a full parent.
    let greatest = shape.shape.slots + (shape.isLeaf ? 1 : 0)
    for last in shape.shape.slots...greatest {
      forEachPattern(shape, last: last, near: [last / 2]) { nulls, isNull in
        var domain = ConcreteDomain()
        let cut = Plan.divideCut(
          last: last, isLeaf: shape.isLeaf, isBulk: false, shape: shape.shape, isNull: isNull, in: &domain)
        check([cut.last], last: last, shape, nulls: nulls, minimum: shape.shape.minimum + 1, "last \(last)")
      }
    }
  }

  @Test(
    "in bulk mode the left node is as full as can be, and the right one has the minimum, and two at least",
    arguments: CutShape.all)
  func divideInBulk(_ shape: CutShape) {
    let greatest = shape.shape.slots + (shape.isLeaf ? 1 : 0)
    for last in shape.shape.slots...greatest {
      let right = Swift.min(last - Swift.max(shape.shape.minimum, 2), shape.shape.slots - 1)
      forEachPattern(shape, last: last, near: [right]) { nulls, isNull in
        var domain = ConcreteDomain()
        let cut = Plan.divideCut(
          last: last, isLeaf: shape.isLeaf, isBulk: true, shape: shape.shape, isNull: isNull, in: &domain)
        #expect(cut.last == (nulls.contains(right) ? right - 1 : right))
        check([cut.last], last: last, shape, nulls: nulls, minimum: shape.shape.minimum, "last \(last)")
      }
    }
  }

  @Test("a push to the left or to the right keeps both sufficient", arguments: CutShape.all, [false, true])
  func push(_ shape: CutShape, left: Bool) {
    let slots = shape.shape.slots
    var pushes = 0
    for last in slots...(slots + (shape.isLeaf ? 1 : 0)) {
      // Bulk mode alone leaves a right-most node with fewer items than the minimum, and two fewer at most.
      let least = left ? shape.shape.minimum : Swift.max(shape.shape.minimum - 2, 0)
      for siblingEnd in least..<slots {
        for isRightmost in [false, true] where left || !isRightmost {
          let fits = NodeFill.fitsBesideSibling(
            last: last, siblingEnd: siblingEnd, isLeaf: shape.isLeaf, isRightmost: isRightmost, shape: shape.shape)
          let total = last + siblingEnd + 1
          if fits && total + 1 > 2 * slots { Issue.record("\(total + 1) items cannot fit two nodes") }
          guard fits else { continue }
          pushes += 1
          let target = Plan.pushCut(last: last, siblingEnd: siblingEnd, left: left, shape: shape.shape)
          forEachPattern(shape, last: total, near: [target]) { nulls, isNull in
            var domain = ConcreteDomain()
            let cut = Plan.offNull(target, last: total, shape: shape.shape, isNull: isNull, in: &domain)
            check(
              [cut.last], last: total, shape, nulls: nulls, minimum: shape.shape.minimum + 1,
              "last \(last), sibling's end \(siblingEnd), right-most \(isRightmost)")
          }
        }
      }
    }
    // No push at all would make this test one that cannot fail.
    #expect(pushes > 0)
  }

  @Test("a push is refused where two nodes would not have a slot to spare", arguments: CutShape.all)
  func pushSpace(_ shape: CutShape) {
    let slots = shape.shape.slots
    for siblingEnd in 0..<slots {
      for isRightmost in [false, true] {
        let space = 2 * slots - 2 - (shape.isLeaf ? 1 : 0) - (isRightmost ? 1 : 0)
        #expect(
          NodeFill.fitsBesideSibling(
            last: slots, siblingEnd: siblingEnd, isLeaf: shape.isLeaf, isRightmost: isRightmost, shape: shape.shape)
            == (slots + siblingEnd < space))
      }
    }
  }

  @Test(
    "joined content is divided into one, two or three sufficient nodes; three only where two do not hold it",
    arguments: CutShape.all, [false, true])
  func division(_ shape: CutShape, isBulk: Bool) {
    let slots = shape.shape.slots
    var seen: Set<Int> = []
    // Two full nodes and what a store adds: at most 2S + 1 items.
    for last in 0...(2 * slots) {
      let bulkCut = Swift.min(last - Swift.max(shape.shape.minimum, 2), slots - 1)
      forEachPattern(shape, last: last, near: [last / 2, last / 3, 2 * (last / 3), Swift.max(bulkCut, 0)]) {
        nulls, isNull in
        var domain = ConcreteDomain()
        let division = Plan.division(
          last: last, isLeaf: shape.isLeaf, isBulk: isBulk, shape: shape.shape, isNull: isNull, in: &domain)
        let what = "last \(last), bulk \(isBulk)"
        let minimum = isBulk ? shape.shape.minimum : shape.shape.minimum + 1
        switch division {
        case .one:
          seen.insert(1)
          if last + 1 > slots { Issue.record("\(what): one node") }
        case .two(let cut):
          seen.insert(2)
          if last + 1 <= slots { Issue.record("\(what): two nodes") }
          check([cut.last], last: last, shape, nulls: nulls, minimum: minimum, what)
        case .three(let cut, let second):
          seen.insert(3)
          let fitsTwo = last + 1 < 2 * slots || (last + 1 == 2 * slots && !nulls.contains(slots - 1))
          if fitsTwo { Issue.record("\(what), NULL \(nulls.sorted()): three nodes") }
          check([cut.last, second.last], last: last, shape, nulls: nulls, minimum: minimum, what)
        }
      }
    }
    #expect(seen == [1, 2, 3])
  }

  @Test("content of no more items than the minimum takes a neighbour in", arguments: CutShape.all)
  func insufficient(_ shape: CutShape) {
    for count in 1...shape.shape.slots {
      #expect(NodeFill.isInsufficient(count: count, shape: shape.shape) == (count <= shape.shape.minimum))
      #expect(NodeFill.needsEvening(count: count, leaf: shape.shape) == (count < shape.shape.minimum - 1))
    }
  }
}
