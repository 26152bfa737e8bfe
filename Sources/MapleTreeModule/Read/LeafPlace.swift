import RangeMapCore

/// A leaf and its range, for a walk that can begin there. Right as long as the tree has not changed since.
struct LeafPlace {
  let leaf: NodeReference
  let range: KeyRange
}
