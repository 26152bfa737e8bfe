import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Copies between nodes that no reader is in.
extension Node {
  /// Makes all bytes 0.
  func clear() {
    AccessWitness.note(.store, base, size: Node.byteCount)
    memset(base, 0, Node.byteCount)
  }

  /// Copies all bytes of an image over this node.
  @inline(__always)
  func overwrite(with image: Node) {
    AccessWitness.note(.store, base, size: Node.byteCount)
    // Written out, since a call costs more than so short a copy.
    for offset in stride(from: 0, to: Node.byteCount, by: MemoryLayout<SIMD8<UInt64>>.size) {
      let bytes = image.base.load(fromByteOffset: offset, as: SIMD8<UInt64>.self)
      base.storeBytes(of: bytes, toByteOffset: offset, as: SIMD8<UInt64>.self)
    }
  }

  /// Copies `count` slots of a node from `first` on to `target`, and the first `pivots` of their pivots.
  func copyWords(from other: Node, slots first: Int, count: Int, to target: Int, pivots: Int) {
    AccessWitness.note(.store, base + slotsOffset + 8 * target, size: 8 * count)
    memcpy(base + slotsOffset + 8 * target, other.base + other.slotsOffset + 8 * first, 8 * count)
    if pivots > 0 { AccessWitness.note(.store, base + Node.pivotOffset(target), size: 8 * pivots) }
    memcpy(base + Node.pivotOffset(target), other.base + Node.pivotOffset(first), 8 * pivots)
  }
}
