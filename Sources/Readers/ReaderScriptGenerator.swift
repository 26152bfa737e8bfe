import Operations
import RangeMapCore

/// Makes scripts of readers at random: each seed's sequence is the same everywhere.
///
/// A script fills a map to a height of 1 to 3. Entries around one place of it are told apart. The writer makes one to
/// three operations there, of all kinds of stores, and readers read there.
public struct ReaderScriptGenerator: Sendable {
  private var random: SeededGenerator
  /// The order of memory of all scripts; each has its own choice without one.
  private let order: MemoryOrder?
  /// Whether readers search for gaps. Callers of the kernel's tree hold a lock there.
  private let searchesGaps: Bool

  public init(seed: UInt64, order: MemoryOrder? = nil, searchesGaps: Bool = false) {
    (random, self.order, self.searchesGaps) = (SeededGenerator(seed: seed), order, searchesGaps)
  }

  /// The distance of two entries of the fill.
  private static let stride: UInt64 = 16
  /// How many entries on each side of the place are told apart.
  private static let around: UInt64 = 4

  public mutating func next() -> ReaderScript {
    var script = ReaderScript()
    script.configuration.tracksGaps = random.oneIn(2)
    script.order = order ?? (random.oneIn(2) ? .sequential : .kernel)
    let sizes: [ClosedRange<UInt64>] = [1...6, 7...17, 18...40, 150...180, 260...300]
    let bounds = sizes[Int(random.below(UInt64(sizes.count)))]
    let count = bounds.lowerBound + random.below(bounds.upperBound - bounds.lowerBound + 1)
    let width = random.oneIn(2) ? Self.stride : 10
    script.operations.append(
      ReaderOperation(
        .setUp, .fill(count: UInt16(count), first: 0, stride: Self.stride, width: width, Operation.defaultEntry)))
    let place = random.oneIn(4) ? count - 1 : random.below(count)
    let low = place > Self.around ? place - Self.around : 0
    for entry in low...min(count - 1, place + Self.around) {
      let range = KeyRange(entry * Self.stride, entry * Self.stride + width - 1)
      script.operations.append(ReaderOperation(.setUp, .store(range, .value(entry), .maySleep)))
    }
    let writes = random.oneIn(2) ? 1 : 1 + random.below(3)
    for number in 0..<writes {
      script.operations.append(ReaderOperation(.writer, write(place, width, count, number)))
    }
    for reader in 0..<(1 + Int(random.below(2))) {
      let calls =
        searchesGaps && script.configuration.tracksGaps && random.oneIn(4)
        ? [gapSearch(place, width, count)] : read(place, width)
      script.operations += calls.map { ReaderOperation(.reader(reader), $0) }
    }
    return script
  }

  private mutating func write(_ place: UInt64, _ width: UInt64, _ count: UInt64, _ number: UInt64) -> Operation {
    let start = place * Self.stride
    let entry = random.oneIn(4) ? nil : Entry.value(1000 + number)
    switch random.below(16) {
    case 0: return .erase(start + random.below(width), .maySleep)
    case 1:
      // After all entries, or at the very end.
      let first = count * Self.stride + random.below(4)
      return .store(KeyRange(first, first + random.below(4)), entry, .maySleep)
    case 2 where random.oneIn(4): return .store(.all, entry, .maySleep)
    case 3: return .insert(KeyRange(start + width, start + Self.stride), .value(1000 + number), .maySleep)
    default: break
    }
    let firsts = [start, start + 1, start + width / 2, start + width - 1]
    let first = firsts[Int(random.below(4))]
    let spans: [UInt64] = [0, 0, 0, 1, 1, 2, 5, 20]
    let end = start + spans[Int(random.below(8))] * Self.stride
    let lasts = [end + width - 1, end + width - 2, end + width / 2, end, end + Self.stride - 1]
    return .store(KeyRange(first, max(first, lasts[Int(random.below(5))])), entry, .maySleep)
  }

  private mutating func read(_ place: UInt64, _ width: UInt64) -> [Operation] {
    let low = (place > 2 ? place - 2 : 0) * Self.stride
    let high = (place + 3) * Self.stride
    let index = low + random.below(high - low)
    switch random.below(8) {
    case 0, 1: return [.load(index)]
    case 2: return [.find(from: index, through: high)]
    case 3: return [.findAfter(from: index, through: high)]
    case 4: return [.next(after: index, through: high)]
    case 5: return [.previous(before: index, downTo: low)]
    case 6:
      let move: CursorMove = [.find, .findRange, .findReverse, .findRangeReverse][Int(random.below(4))]
      let (start, limit) =
        move.isForward ? (low, moveLimit(from: index, to: high)) : (high, moveLimit(from: index, to: low))
      return [.cursorSet(0, .single(start))] + steps(move, limit: limit, atLeast: 2)
    default:
      let move: CursorMove = [.next, .nextRange, .previous, .previousRange][Int(random.below(4))]
      return [.cursorSet(0, .single(index)), .cursorMove(0, .walk, limit: .max)]
        + steps(move, limit: moveLimit(from: index, to: move.isForward ? high : low), atLeast: 1)
    }
  }

  /// Fill leaves gaps of 6 indices, or none; the writer makes others.
  private mutating func gapSearch(_ place: UInt64, _ width: UInt64, _ count: UInt64) -> Operation {
    let start = place * Self.stride
    let sizes: [UInt64] = [1, Self.stride - width, width / 2, width, Self.stride]
    let size = max(1, sizes[Int(random.below(5))])
    let lasts = [start + Self.stride * 3, start + width - 1, count * Self.stride + 8, .max]
    let first = [0, start, start > 40 ? start - 40 : 0][Int(random.below(3))]
    let window = KeyRange(first, max(first + size - 1, lasts[Int(random.below(4))]))
    return random.oneIn(2) ? .lowestGap(size: size, window: window) : .highestGap(size: size, window: window)
  }

  /// A limit may be so near that the cursor meets it.
  private mutating func moveLimit(from index: UInt64, to end: UInt64) -> UInt64 {
    guard random.oneIn(4), index != end else { return end }
    return index < end ? index + random.below(end - index) : end + random.below(index - end)
  }

  private mutating func steps(_ move: CursorMove, limit: UInt64, atLeast count: Int) -> [Operation] {
    Array(repeating: .cursorMove(0, move, limit: limit), count: count + Int(random.below(3)))
  }
}
