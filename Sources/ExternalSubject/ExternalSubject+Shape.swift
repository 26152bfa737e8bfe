import CSubjectABI
import RangeMapCore

extension ExternalSubject: ShapedRangeMap {
  /// Adds a description of every node; of none where the library does not show them.
  public func describeShape(to shape: inout TreeShape) {
    let collector = Collector(shape)
    shape = TreeShape()
    showNodes(to: collector)
    shape = collector.shape
  }

  /// The laws that the nodes break which the library shows; none if it shows none, or if it was noticed to be broken.
  func lawsBrokenByShape() -> [BrokenLaw] {
    let inspector = Inspector()
    guard showNodes(to: inspector), !hasNoticedViolation else { return [] }
    let counters = counters
    // A library that has no nodes, or does not count them, leaves all at 0.
    inspector.walk.finish(counters.liveNodes == 0 && counters.height == 0 ? nil : counters)
    return inspector.walk.broken
  }

  /// Shows every node to a visitor.
  /// - Returns: whether the library can.
  @discardableResult
  private func showNodes(to visitor: NodeVisitor) -> Bool {
    guard let walk = table.pointee.walk_shape else { return false }
    withExtendedLifetime(visitor) {
      walk(
        map,
        { context, node in
          guard let context, let node, let shown = ShownNode(node.pointee) else { return false }
          return Unmanaged<NodeVisitor>.fromOpaque(context).takeUnretainedValue().visit(shown)
        }, Unmanaged.passUnretained(visitor).toOpaque())
    }
    return true
  }

  /// What is done with each node that a library shows, as an object that its calls can carry.
  private class NodeVisitor {
    func visit(_ node: ShownNode) -> Bool { false }
  }

  private final class Collector: NodeVisitor {
    var shape: TreeShape

    init(_ shape: consuming TreeShape) { self.shape = shape }

    override func visit(_ node: ShownNode) -> Bool {
      shape.append(node)
      return true
    }
  }

  private final class Inspector: NodeVisitor {
    var walk = LawWalk()

    override func visit(_ node: ShownNode) -> Bool { walk.visit(node) }
  }
}

extension ShownNode {
  /// A node as the interface for libraries shows it; `nil` if it is of no kind or has no slots.
  init?(_ node: maplecheck_node) {
    guard let kind = TreeShape.Kind(rawValue: UInt64(node.kind)), node.end < 64 else { return nil }
    guard let pivots = node.inside?.pointee.pivots ?? node.pivots else { return nil }
    self.init(
      depth: Int(node.depth), kind: kind, range: KeyRange(node.first, node.last), end: Int(node.end),
      nullSlots: node.null_slots, pivots: pivots)
    gapSlot = Int(node.gap_slot)
    gaps = node.gaps
    guard let shown = node.inside?.pointee else { return }
    inside = Inside(
      slotCount: Int(shown.slot_count), pivotCount: Int(shown.pivot_count), minimum: Int(shown.minimum),
      slotsBehindEnd: shown.slots_behind_end, address: shown.address, parent: shown.parent,
      parentSlot: Int(shown.parent_slot), isDead: shown.is_dead)
  }
}
