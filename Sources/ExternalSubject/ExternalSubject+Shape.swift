import CSubjectABI
import RangeMapCore

extension ExternalSubject: ShapedRangeMap {
  /// Adds a description of every node; of none where the library does not show them.
  public func describeShape(to shape: inout TreeShape) {
    guard let walk = table.pointee.walk_shape else { return }
    let collector = Collector(shape)
    shape = TreeShape()
    withExtendedLifetime(collector) {
      walk(
        map,
        { context, node in
          guard let context, let node else { return false }
          return Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue().add(node.pointee)
        }, Unmanaged.passUnretained(collector).toOpaque())
    }
    shape = collector.shape
  }

  private final class Collector {
    var shape: TreeShape

    init(_ shape: consuming TreeShape) { self.shape = shape }

    func add(_ node: maplecheck_node) -> Bool {
      guard let kind = TreeShape.Kind(rawValue: UInt64(node.kind)), let pivots = node.pivots else { return false }
      let gaps = node.gaps
      shape.append(
        depth: Int(node.depth), kind: kind, range: KeyRange(node.first, node.last), end: Int(node.end),
        gapSlot: Int(node.gap_slot), nullSlots: node.null_slots, pivots: { pivots[$0] }, gaps: { gaps?[$0] ?? 0 })
      return true
    }
  }
}
