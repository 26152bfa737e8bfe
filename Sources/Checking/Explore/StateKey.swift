import RangeMapCore

/// A state's exact shape in 128 bits: two states of one key are taken for one.
///
/// Of 10^9 states two that differ have one key with a probability of 10^-21. The hash is that of MurmurHash3 for 64-bit
/// machines, with each word in both halves: the same on every machine.
struct StateKey: Hashable, Comparable {
  var high: UInt64
  var low: UInt64

  init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

  /// The key of words, of which the first may be any.
  init(_ words: some Sequence<UInt64>, and first: UInt64) {
    var (a, b) = (first, ~first)
    func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
    func mixed(_ word: UInt64) -> UInt64 {
      var word = word
      word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
      word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
      return word ^ word >> 33
    }
    var count: UInt64 = 0
    for word in words {
      count &+= 1
      a ^= rotated(word &* 0x87c3_7b91_1142_53d5, 31) &* 0x4cf5_ad43_2745_937f
      a = (rotated(a, 27) &+ b) &* 5 &+ 0x52dc_e729
      b ^= rotated(word &* 0x4cf5_ad43_2745_937f, 33) &* 0x87c3_7b91_1142_53d5
      b = (rotated(b, 31) &+ a) &* 5 &+ 0x3849_5ab5
    }
    a ^= count
    b ^= count
    a &+= b
    b &+= a
    (a, b) = (mixed(a), mixed(b))
    a &+= b
    (high, low) = (a, b &+ a)
  }

  static func < (one: StateKey, other: StateKey) -> Bool { (one.high, one.low) < (other.high, other.low) }

  /// Which of `count` shards the state belongs to.
  func owner(of count: Int) -> Int { Int(high % UInt64(count)) }
}
