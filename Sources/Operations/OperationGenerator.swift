import RangeMapCore

/// An endless sequence of operations that is a pure function of its seed.
///
/// The seed picks the configuration if none is given, the shape of the indices, which features are left out, how
/// frequent the others are, and how large the map may grow: a few hundred entries in most runs, some thousand in one of
/// eight. One of sixteen begins with a tree that is full. `next()` does not allocate.
public struct OperationGenerator: Sendable {
  /// What must come next, whatever is drawn.
  private enum Plan: Sendable {
    case free
    /// A store that was prepared is carried out.
    case storePrepared
    case fill
    case full(FullTree)
    case beginBulk(UInt64)
    case bulk(UInt64)
    /// Steps of one cursor in one direction.
    case iterate(cursor: Int, CursorMove, limit: UInt64, UInt64)
    case ascend(UInt64)
    /// The first allocation fails, so that a scheduled writer gets its chance.
    case failFirst
    /// An operation that allocates, after an order to fail.
    case write
  }

  public let configuration: MapConfiguration
  public let shape: IndexShape
  private var random: SeededGenerator
  private var indices: IndexSource
  private let kinds: [OperationKind]
  private var plan = Plan.free
  /// How many writes there were since the map was last emptied, less what thinning took: about how many entries it can
  /// have.
  private var growth: UInt64 = 0
  private let greatestGrowth: UInt64
  /// How often the map was thinned out since it was last emptied.
  private var thinnings = 0
  private var readers = 0
  /// Whether every pointer is another one; else they are `a` to `z`.
  private let usesManyPointers: Bool
  private var pointers: UInt64 = 27

  /// A sequence of a seed.
  /// - Parameters:
  ///   - configuration: the kind of the map; `nil` lets the seed choose.
  ///   - indices: where the map holds something already, such as the layout of a live process; the operations are then
  ///     clustered near eight of these.
  public init(seed: UInt64, configuration: MapConfiguration? = nil, near indices: [UInt64] = []) {
    var random = SeededGenerator(seed: seed)
    let drawn = MapConfiguration(
      tracksGaps: random.oneIn(2), usesReadCopyUpdate: random.oneIn(3), hasExternalLock: random.oneIn(4),
      geometry: random.oneIn(3) ? .tiny : .linux64)
    self.configuration = configuration ?? drawn
    let drawnShape = IndexShape.allCases[Int(random.below(UInt64(IndexShape.allCases.count)))]
    shape = indices.isEmpty ? drawnShape : .clustered
    self.indices = IndexSource(shape: shape, near: indices, using: &random)
    kinds = OperationWeights.table(for: self.configuration, using: &random)
    usesManyPointers = random.oneIn(2)
    let isLarge = random.oneIn(8)
    greatestGrowth = isLarge ? 4000 + random.below(5000) : 200 << random.below(4)
    if isLarge { plan = .fill }
    if indices.isEmpty, let full = FullTree(seed: seed, configuration: self.configuration, unit: self.indices.unit) {
      plan = .full(full)
    }
    self.random = random
  }

  /// The next operation.
  public mutating func next() -> Operation {
    switch plan {
    case .free: break
    case .storePrepared:
      plan = .free
      return .storePrepared
    case .fill:
      plan = .free
      return fill()
    case .full(var full):
      let operation = full.next(entry(), using: &random)
      growth += 1
      plan = full.isDone ? .free : .full(full)
      return operation
    case .beginBulk(let count):
      plan = .bulk(count)
      return .beginBulk(expecting: random.oneIn(4) ? count / 2 : count, policy())
    case .bulk(let count):
      if count == 0 {
        plan = .free
        return .endBulk
      }
      // Now and then bulk mode stays on for operations of all kinds.
      plan = random.oneIn(128) ? .free : .bulk(count - 1)
      growth += 1
      return .bulkStore(indices.ascendingRange(using: &random), entry())
    case .iterate(let cursor, let move, let limit, let count):
      plan = count == 0 ? .free : .iterate(cursor: cursor, move, limit: limit, count - 1)
      return .cursorMove(cursor, move, limit: limit)
    case .ascend(let count):
      plan = count == 0 ? .free : .ascend(count - 1)
      growth += 1
      return .store(indices.ascendingRange(using: &random), entry(), policy())
    case .failFirst:
      plan = .write
      return .failAllocation(1, forever: random.oneIn(8))
    case .write:
      plan = .free
      return write()
    }
    if growth > greatestGrowth { return reduce() }
    return make(drawnKind())
  }

  // MARK: Size

  /// Empties the map, or makes a long range of it one.
  private mutating func reduce() -> Operation {
    let way = thinnings == 3 ? random.below(3) : random.below(8)
    if way < 3 {
      growth = 0
      thinnings = 0
      indices.restart()
    } else {
      growth -= growth / 4
      thinnings += 1
    }
    switch way {
    case 0: return .removeAll
    case 1: return .store(.all, nil, policy())
    case 2: return .store(.all, entry(), policy())
    default:
      let (first, last) = (indices.index(using: &random), indices.index(using: &random))
      return .store(KeyRange(min(first, last), max(first, last)), way == 7 ? entry() : nil, policy())
    }
  }

  // MARK: Values

  private mutating func policy() -> AllocationPolicy {
    switch random.next() & 15 {
    case 0, 1: .mustNotSleep
    case 2: .atomic
    default: .maySleep
    }
  }

  private mutating func entry() -> Entry {
    let bits = random.next()
    let more = bits >> 16
    switch bits & 0xff {
    case 0: return Entry(nonNullWord: RecordNumber.specialWords[Int(more & 7)])
    case 1, 2: return Entry(nonNullWord: 4098 + (more & 0xffff) << 2)
    case 3...12: return .zero
    case 13...40: return .value(more & 0xf == 0 ? UInt64(Int64.max) : more & 0xff)
    default: break
    }
    if !usesManyPointers { return Entry(nonNullWord: (1 + more % 26) << 12) }
    pointers = pointers &+ 1 & 0xffff_ffff | 32
    return Entry(nonNullWord: pointers << 4)
  }

  private mutating func entryOrNull() -> Entry? { random.next() & 7 < 2 ? nil : entry() }

  private mutating func cursor() -> Int { Int(random.next() & 3) }

  private mutating func fill() -> Operation {
    let count = 1 + random.below(min(greatestGrowth / 2, 4096))
    growth += count
    let width = indices.width(using: &random)
    let stride = random.oneIn(4) ? random.below(width * 2) : width + (random.oneIn(2) ? 0 : indices.unit)
    let first = random.oneIn(2) ? indices.index(using: &random) : 0
    return .fill(count: UInt16(count), first: first, stride: stride, width: width, entry())
  }

  /// Some operation of this run that asks for memory.
  private mutating func write() -> Operation {
    for _ in 0..<16 {
      let kind = drawnKind()
      if kind.asksAlone { return make(kind) }
    }
    return make(.store)
  }

  private mutating func drawnKind() -> OperationKind { kinds[Int(random.below(UInt64(kinds.count)))] }
}

extension OperationGenerator {
  private mutating func make(_ kind: OperationKind) -> Operation {
    if grows(kind) { growth += 1 }
    switch kind {
    case .store: if shape == .ascending, random.oneIn(16) { plan = .ascend(random.below(64)) }
    case .removeAll:
      (growth, thinnings) = (0, 0)
      indices.restart()
    case .fill: return fill()
    case .prepare: if !random.oneIn(4) { plan = .storePrepared }
    case .beginBulk:
      plan = .beginBulk(random.below(random.oneIn(4) ? 300 : 40))
      return random.oneIn(2) ? make(.removeAll) : next()
    case .cursorMove: return makeMove()
    case .failAllocation:
      if random.next() & 7 != 0 { plan = .write }
      let index = 1 + random.below(random.oneIn(4) ? 16 : 3)
      return .failAllocation(index, forever: random.oneIn(4))
    case .interlope: plan = .failFirst
    case .enterReader where readers < 2: readers += 1
    case .enterReader, .leaveReader:
      readers = max(0, readers - 1)
      return .leaveReader
    default: break
    }
    return draw(kind)
  }

  /// Whether the map may have more entries after the operation, or is taken to.
  private func grows(_ kind: OperationKind) -> Bool {
    switch kind.family {
    case .store, .insertion, .allocation, .cyclicAllocation, .preparedStore, .bulkMode, .duplicate, .readerMode: true
    default: kind == .interlope
    }
  }

  /// Draws the values that the row of a kind has.
  private mutating func draw(_ kind: OperationKind) -> Operation {
    let fields = kind.fields
    var operation = Operation(kind)
    if fields.contains(.cursor) { operation.cursor = cursor() }
    if kind.traits.contains(.needsGaps) {
      operation.range = indices.window(using: &random)
      if fields.contains(.size) { operation.number = indices.gapSize(using: &random) }
    } else if kind.family == .search || kind == .next {
      operation.range = indices.searchRange(using: &random)
    } else if fields.contains(.range) {
      let isIndex = kind == .cursorSet && random.oneIn(2)
      let range = indices.range(using: &random)
      operation.range = isIndex ? .single(range.first) : range
    } else if fields.contains(.index) {
      operation.index = indices.index(using: &random)
    }
    if fields.contains(.limit) { operation.number = random.oneIn(2) ? 0 : indices.index(using: &random) }
    if fields.contains(.optionalEntry) { operation.entry = entryOrNull() }
    if fields.contains(.entry) { operation.entry = entry() }
    if fields.contains(.policy) { operation.policy = policy() }
    if fields.contains(.flag) { operation.flag = random.oneIn(2) }
    return operation
  }

  private mutating func makeMove() -> Operation {
    let cursor = cursor()
    let move = CursorMove.allCases[Int(random.below(UInt64(CursorMove.allCases.count)))]
    if move == .walk { return .cursorMove(cursor, move, limit: .max) }
    let end: UInt64 = move.isForward ? .max : 0
    let limit = random.oneIn(2) ? end : indices.index(using: &random)
    if random.oneIn(8) { plan = .iterate(cursor: cursor, move, limit: limit, random.below(16)) }
    return .cursorMove(cursor, move, limit: limit)
  }
}
