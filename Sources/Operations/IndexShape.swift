import RangeMapCore

/// Which indices the operations of one run use.
public enum IndexShape: UInt8, CaseIterable, Hashable, Sendable {
  /// A few hundred indices or fewer, so that ranges meet all the time.
  case dense
  /// Whole pages of an address space below 2^47: image, heap and libraries, 1 to 512 pages a range.
  case pages
  /// Next to 0, to `UInt64.max`, and to powers of two.
  case extremes
  /// Near one of eight places anywhere.
  case clustered
  /// Mostly behind all that is there.
  case ascending
}

/// Draws the indices and widths of a run.
struct IndexSource: Sendable {
  let shape: IndexShape
  /// The number of units that fresh indices are drawn from.
  let domain: UInt64
  /// Indices a unit.
  let unit: UInt64
  /// The greatest usual width, in units.
  let usualWidth: UInt64
  /// How many of 512 ranges go from any index to any other, and so replace much of what there is.
  private let wideShare: UInt64
  /// Where the eight clusters or mappings begin.
  private var places = SIMD8<UInt64>()
  /// Indices that were used of late, to come back to.
  private var recent = SIMD8<UInt64>()
  private var recentPlace: UInt8 = 0
  /// Behind the last range of ascending stores.
  private(set) var frontier: UInt64 = 0

  /// - Parameter indices: what the clusters are near to; anywhere if empty.
  init(shape: IndexShape, near indices: [UInt64] = [], using random: inout SeededGenerator) {
    self.shape = shape
    unit = shape == .pages ? 0x1000 : 1
    switch shape {
    case .dense: domain = 64 << random.below(5)
    case .pages: domain = 1024 << random.below(8)
    case .extremes: domain = 16 << random.below(7)
    case .clustered: domain = 32 << random.below(12)
    case .ascending: domain = 1 << (16 + random.below(40))
    }
    usualWidth = shape == .pages ? 1 << random.below(10) : 1 << random.below(4)
    wideShare = random.oneIn(4) ? 16 : random.below(4)
    for place in 0..<8 {
      switch shape {
      case .pages: places[place] = RecordNumber.places[1 + Int(random.below(13))]
      case .clustered where !indices.isEmpty: places[place] = indices[Int(random.below(UInt64(indices.count)))]
      case .clustered: places[place] = random.next() >> random.below(60)
      default: places[place] = 0
      }
      recent[place] = places[place]
    }
  }

  /// Somewhere fresh.
  private func fresh(using random: inout SeededGenerator) -> UInt64 {
    let bits = random.next()
    switch shape {
    case .dense: return random.below(domain)
    case .pages, .clustered: return places[Int(bits & 7)] &+ random.below(domain) &* unit
    case .ascending: return random.below(frontier | 63)
    case .extremes:
      let distance = random.below(domain)
      switch bits & 7 {
      case 0...2: return distance
      case 3...5: return .max - distance
      default: return (1 << (bits >> 8 & 63)) &+ (distance & 15) &- 8
      }
    }
  }

  /// An index to look at: fresh, or one that was used of late, or next to it.
  mutating func index(using random: inout SeededGenerator) -> UInt64 {
    let bits = random.next()
    if bits & 3 == 0 {
      let base = recent[Int(bits >> 8 & 7)]
      return base &+ (bits >> 16 & 3) &- 1
    }
    return fresh(using: &random)
  }

  private mutating func remember(_ index: UInt64) {
    recent[Int(recentPlace & 7)] = index
    recentPlace &+= 1
  }

  /// A number of indices: mostly small, whole units.
  func width(using random: inout SeededGenerator) -> UInt64 {
    let bits = random.next()
    let units = bits & 7 == 0 ? 1 + random.below(usualWidth * 4) : 1 + random.below(usualWidth)
    return (bits & 0x70 == 0 ? 1 : units) * unit
  }

  /// The last index of a range of some width, at most `UInt64.max`.
  private static func last(_ first: UInt64, width: UInt64) -> UInt64 {
    let (sum, overflows) = first.addingReportingOverflow(width - 1)
    return overflows ? .max : sum
  }

  /// A range for a write: short mostly; sometimes from one index to a distant one, to an end of the index space, or
  /// inverted.
  mutating func range(using random: inout SeededGenerator) -> KeyRange {
    let bits = random.next()
    if shape == .ascending, bits & 3 != 0 { return ascendingRange(using: &random) }
    let first = index(using: &random)
    var range = KeyRange(first, IndexSource.last(first, width: width(using: &random)))
    switch bits >> 8 & 0x1ff {
    case 0: range = KeyRange(range.last &+ 1, first)
    case 1 where bits >> 32 & 7 < wideShare:
      if bits >> 20 & 1 == 0 { range.last = .max } else { range.first = 0 }
    case 8..<8 + wideShare:
      let other = index(using: &random)
      range = KeyRange(min(first, other), max(first, other))
    case 32..<48: range.last = IndexSource.last(first, width: (1 + random.below(64)) * usualWidth * unit)
    case 64..<128: range.last = range.first
    default: break
    }
    remember(bits >> 20 & 1 == 0 ? range.first : range.last)
    return range
  }

  /// The range next behind all that ascending stores wrote.
  mutating func ascendingRange(using random: inout SeededGenerator) -> KeyRange {
    if frontier > UInt64.max - 1 << 32 { frontier = 0 }
    let bits = random.next()
    let gap = bits & 1 == 0 ? 0 : (1 + bits >> 8 & 7) * unit
    let first = frontier + gap
    let range = KeyRange(first, first + width(using: &random) - 1)
    frontier = range.last + 1
    if bits & 0xf0 == 0 { remember(range.first) }
    return range
  }

  /// The two ends of a forward search.
  mutating func searchRange(using random: inout SeededGenerator) -> KeyRange {
    let first = index(using: &random)
    return KeyRange(first, random.oneIn(2) ? .max : index(using: &random))
  }

  /// A window for a gap search: often everything, else between two indices; rarely inverted.
  mutating func window(using random: inout SeededGenerator) -> KeyRange {
    let bits = random.next()
    if bits & 3 == 0 { return .all }
    let (first, last) = (index(using: &random), index(using: &random))
    if bits & 0xff00 == 0 { return KeyRange(first, last) }
    return KeyRange(min(first, last), max(first, last))
  }

  /// The size of a gap: mostly that of a usual range.
  func gapSize(using random: inout SeededGenerator) -> UInt64 {
    let bits = random.next()
    switch bits & 0xff {
    case 0: return 0
    case 1: return .max - (bits >> 8 & 3)
    case 2...9: return domain * unit
    default: return width(using: &random)
    }
  }

  /// Begins ascending stores again from 0.
  mutating func restart() { frontier = 0 }
}
