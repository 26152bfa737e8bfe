/// A generator of random numbers that gives the same sequence for the same seed on every machine: SplitMix64.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  @usableFromInline var state: UInt64

  @inlinable
  public init(seed: UInt64) { state = seed }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }

  /// A number below `bound`, which must not be 0: the high half of a product, so there is no loop and no bias that
  /// matters to a fuzzer.
  @inlinable
  public mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// True once in `count` calls on average.
  @inlinable
  public mutating func oneIn(_ count: UInt64) -> Bool { below(count) == 0 }
}
