import RangeMapCore

/// How many stores the fills of an input may make together. The four highest bits of its first byte say it, which mean
/// nothing else: few inputs make tall trees, and most are quick.
public enum FuzzingInputSize: UInt8, CaseIterable, Sendable {
  case usual = 0
  /// Enough for a third level.
  case tall = 0xf0
  /// Enough for three levels of full nodes.
  case full = 0xe0

  /// What the first byte says; a value that stands for nothing is the usual size.
  @inlinable
  public init(of bytes: UnsafeRawBufferPointer) {
    self = FuzzingInputSize(rawValue: (bytes.first ?? 0) & 0xf0) ?? .usual
  }

  /// The least size for so many stores.
  init(ofStores count: Int) {
    let limits = FuzzingLimits.instrumented
    let sizes: [FuzzingInputSize] = [.usual, .tall]
    self = sizes.first { limits.fillStores($0) >= count } ?? .full
  }

  /// The size of an input that comes of one of this size. Most are of the usual size again, for a large input reaches
  /// much that is new and would else take over: a full one takes as long as fifty usual ones.
  func changed(using random: inout SeededGenerator) -> FuzzingInputSize {
    switch self {
    case .usual: random.oneIn(64) ? .tall : .usual
    case .tall: random.oneIn(2) ? .tall : .usual
    case .full: random.oneIn(16) ? .full : .usual
    }
  }
}
