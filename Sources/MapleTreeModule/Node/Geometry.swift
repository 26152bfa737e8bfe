import RangeMapCore

/// How many slots the nodes of a tree have, by kind, and how few they may fill.
///
/// The bytes of a node are laid out the same way in every geometry; a smaller one leaves slots unused, so that one
/// handle serves all.
package struct Geometry: Hashable, Sendable {
  /// The capacity of one kind of node. Kernel: `mt_slots[]`, `mt_min_slots[]`.
  package struct Shape: Hashable, Sendable {
    /// Slots; a node has one pivot less.
    package let slots: Int
    /// A node whose last used slot is below this is insufficient, unless it is right-most.
    package let minimum: Int
  }

  package let name: GeometryName
  package let leaf: Shape
  package let range: Shape
  package let gapTracking: Shape

  /// The kernel's sizes on 64-bit machines.
  package static let linux64 = Geometry(
    name: .linux64, leaf: Shape(slots: 16, minimum: 6), range: Shape(slots: 16, minimum: 6),
    gapTracking: Shape(slots: 10, minimum: 4))

  /// The smallest sizes that follow the kernel's formulas (half the slots less 2, or less 1 in a node that tracks gaps)
  /// and at which every rule still holds: with fewer, a middle leaf could be left with one item when cuts move off a
  /// NULL.
  package static let tiny = Geometry(
    name: .tiny, leaf: Shape(slots: 6, minimum: 1), range: Shape(slots: 6, minimum: 1),
    gapTracking: Shape(slots: 4, minimum: 1))

  /// The smallest sizes at which the thirds of 7.3 are all sufficient: two nodes that keep all but one slot, with three
  /// items in its place, are 2 slots + 1 items, of which the first two thirds take (2 slots + 3) / 3 + 1 each.
  package static let tinyForCopies = Geometry(
    name: .tiny, leaf: Shape(slots: 7, minimum: 1), range: Shape(slots: 7, minimum: 1),
    gapTracking: Shape(slots: 7, minimum: 2))

  /// The sizes of a name, for trees of an algorithm.
  package static func named(_ name: GeometryName, for rule: RebuildRule) -> Geometry {
    switch name {
    case .linux64: .linux64
    case .tiny: rule == .copiedByLevel ? .tinyForCopies : .tiny
    }
  }

  /// The capacity of a kind of node.
  @inline(__always)
  package func shape(of kind: NodeKind) -> Shape {
    switch kind {
    case .leaf: leaf
    case .range: range
    case .gapTracking: gapTracking
    }
  }
}
