import CSubjectABI
import RangeMapCore

extension ExternalSubject: ShapedRangeMap {
  /// Adds a description of every node; of none where the library does not show them.
  public func describeShape(to shape: inout TreeShape) {
    shape = TreeShape()
    showNodes(to: &shape) { shape, node in
      shape.append(node)
      return true
    }
  }

  /// The laws that the nodes break which the library shows; none if it shows none, or if it was noticed to be broken.
  func lawsBrokenByShape() -> [BrokenLaw] {
    var walk = LawWalk()
    guard showNodes(to: &walk, visit: { $0.visit($1) }), !hasNoticedViolation else { return [] }
    let counters = counters
    // A library that has no nodes, or does not count them, leaves all at 0.
    walk.finish(counters.liveNodes == 0 && counters.height == 0 ? nil : counters)
    return walk.broken
  }

  /// Shows every node.
  /// - Parameter visit: told of each node; returns whether the walk goes on.
  /// - Returns: whether the library can.
  @discardableResult
  private func showNodes<State: ~Copyable>(
    to state: inout State, visit: (inout State, ShownNode) -> Bool
  ) -> Bool {
    guard let walk = table.pointee.walk_shape else { return false }
    withUnsafeMutablePointer(to: &state) { state in
      withoutActuallyEscaping({ (node: ShownNode) in visit(&state.pointee, node) }) { show in
        var show = show
        withUnsafeMutablePointer(to: &show) { show in
          walk(
            map,
            { context, node in
              guard let context, let node, let shown = ShownNode(node.pointee) else { return false }
              return context.assumingMemoryBound(to: ((ShownNode) -> Bool).self).pointee(shown)
            }, show)
        }
      }
    }
    return true
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
