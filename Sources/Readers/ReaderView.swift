import RangeMapCore

/// What a reader sees of the writer's stores, load by load.
///
/// The writer is not there any more: its stores are a log. A load of a word that was stored to is a choice between the
/// values that the reader may see, and the chosen one is put into the memory before the load is made. No order of loads
/// and stores is left out by that, and none comes twice: what a reader does depends on the values that it loads alone,
/// and the writer on no reader.
///
/// In sequential order a reader is at a step of the writer. A load sees the word as it is at that step, or as a later
/// step makes it; then the reader is at that step. It never goes further than it must, so that it may still see all
/// that a reader could see who is further behind.
///
/// In the kernel's order a load may see any version of its word, but for:
/// - those before one that this reader saw already: a word has one order of stores;
/// - those that are hidden by what led to the node: who loads a pointer that was published by a release, or after a
///   write barrier, sees through it all that was stored before (the address dependency of `rcu_dereference()`);
/// - those that are hidden by a read barrier: after it a reader sees all that was stored before a write barrier, or a
///   release, whose other side it saw.
public struct ReaderView: ~Copyable {
  /// What went wrong in the memory, in a call.
  enum Fault: Hashable {
    case freedNode(UInt)
    case store(UInt)
    case endless
    case notPossible(load: Int)
  }

  /// A load, for the trace.
  public struct Load: Sendable {
    public var place: UInt
    public var value: UInt64
    /// The version that was seen, by its step; and the step of the newest one that could be.
    public var step: Int
    public var code: UInt64
    public var isStored: Bool
  }

  let stores: StoreTable
  let order: MemoryOrder
  /// The words of the map itself, which a reader loads that starts again; and how often one may be seen as it was.
  private let heads: [Int]
  private var staleHeads = 0
  static let greatestStaleHeads = 2
  var choices = ChoiceList()
  /// The schedule to keep to; without one all are tried.
  var schedule: CallSchedule?
  var keepsLoads = false
  var loads: [Load] = []

  /// The step that the reader has seen something of, and up to which it sees everything.
  private(set) var reached = 0
  private(set) var ordered = 0
  /// What a read barrier will make of `ordered`.
  private var afterBarrier = 0
  private(set) var loadsInCall = 0
  private(set) var loadCount: UInt64 = 0
  private(set) var fault: Fault?
  private var seen: UnsafeMutablePointer<Int32>
  private var touched: [Int32] = []
  /// Of each word, the load that loaded it last, counted over all runs; and the first load of this call.
  private var loadedAt: UnsafeMutablePointer<UInt64>
  private var firstOfCall: UInt64 = 0
  /// The steps which this call saw only when it loaded a word for the second time.
  private(set) var rereads: [Int] = []
  /// Whether one of those words is the map's own, such as the root.
  private(set) var rereadsHead = false
  /// Whether this run loaded a pivot of a dead node that is none any more.
  private(set) var sawDeadPivot = false
  private var nodes = NodeTable()
  /// What the choices of the call came to.
  private(set) var made = CallSchedule(start: 0)

  /// Loads of a call after which it sees all there is, and after which it is said not to end.
  static let patience = 200
  static let greatestLoads = 20_000

  /// - Parameter heads: the addresses of the words that a reader of an empty map loads, in units of 8 bytes.
  init(_ stores: consuming StoreTable, _ order: MemoryOrder, heads: Set<UInt>) {
    self.stores = stores
    self.order = order
    var numbers: [Int] = []
    for word in heads where self.stores.words.number(word) >= 0 { numbers.append(self.stores.words.number(word)) }
    self.heads = numbers.sorted()
    seen = .allocate(capacity: max(1, self.stores.wordCount))
    seen.initialize(repeating: -1, count: max(1, self.stores.wordCount))
    loadedAt = .allocate(capacity: max(1, self.stores.wordCount))
    loadedAt.initialize(repeating: 0, count: max(1, self.stores.wordCount))
  }

  deinit {
    seen.deallocate()
    loadedAt.deallocate()
  }

  // MARK: Runs and calls

  /// Begins a run: a reader that has seen nothing.
  mutating func begin() {
    choices.begin()
    (reached, ordered, afterBarrier, loadsInCall) = (0, 0, 0, 0)
    (fault, sawDeadPivot) = (nil, false)
    for word in touched { seen[Int(word)] = -1 }
    touched.removeAll(keepingCapacity: true)
    nodes.removeAll()
    loads.removeAll(keepingCapacity: true)
  }

  /// Begins a call: at once, or after one of the operations that come. What such a reader sees, it sees whole.
  mutating func beginCall() {
    (loadsInCall, staleHeads) = (0, 0)
    firstOfCall = loadCount + 1
    rereads.removeAll(keepingCapacity: true)
    rereadsHead = false
    var step = order.isInOrder ? reached : ordered
    if let schedule {
      step = max(step, min(schedule.start, stores.stepCount))
    } else {
      let later = stores.ends.filter { $0 > step }
      let choice = choices.choose(later.count + 1)
      if choice > 0 { step = later[choice - 1] }
    }
    ordered = step
    reached = max(reached, step)
    made = CallSchedule(start: step)
  }

  /// The operations of the writer after which the call could see the map: from those that had ended when it began, to
  /// the last of which it saw a step.
  /// - Parameter ends: the number of steps after each operation.
  func times(_ ends: [Int]) -> ClosedRange<Int> {
    let first = ends.count { $0 <= made.start }
    let last = ends.indices.count { reached > ($0 == 0 ? 0 : ends[$0 - 1]) }
    return first...max(first, last)
  }

  // MARK: Accesses

  mutating func note(_ access: MemoryAccess, place: UInt, size: Int, code: UInt64) {
    switch access {
    case .load:
      var word = place >> 3
      let last = (place + UInt(max(size, 1)) - 1) >> 3
      while word <= last {
        load(word, code)
        word += 1
      }
    case .store: if fault == nil { fault = .store(place) }
    case .readBarrier, .fullBarrier: ordered = max(ordered, afterBarrier)
    case .writeBarrier, .release, .nodeTaken, .nodeFreed: break
    }
  }

  @inline(__always)
  private mutating func load(_ word: UInt, _ code: UInt64) {
    loadsInCall += 1
    loadCount += 1
    let number = stores.words.number(word)
    let node = word & ~31
    guard number >= 0 else {
      let value = AccessLog.word(word).pointee
      let at = nodes[node]
      follow(value, ordered: at.ordered, found: order.isInOrder ? reached : at.found)
      if keepsLoads { loads.append(Load(place: word << 3, value: value, step: 0, code: code, isStored: false)) }
      if loadsInCall > ReaderView.greatestLoads && fault == nil { fault = .endless }
      return
    }
    let at = nodes[node]
    let place = order.isInOrder ? placeInOrder(number) : place(number, at.ordered)
    let version = stores.versions[place]
    let step = Int(version.step)
    noteReread(number, place, step)
    if version.isOfDead { sawDeadPivot = true }
    if stores.hasFrees { lookForFree(number, place, found: at.found, node: node) }
    AccessLog.word(word).pointee = version.value
    let reachedBefore = reached
    reached = max(reached, step)
    if schedule == nil {
      if reached > reachedBefore { made.moves.append(.init(load: loadsInCall, step: reached)) }
      if !order.isInOrder { noteHidden(number, place) }
    }
    afterBarrier = max(afterBarrier, Int(version.ordered))
    follow(
      version.value, ordered: max(Int(version.ordered), at.ordered, ordered),
      found: order.isInOrder ? reached : max(step, at.found))
    if keepsLoads { loads.append(Load(place: word << 3, value: version.value, step: step, code: code, isStored: true)) }
    if loadsInCall > ReaderView.greatestLoads && fault == nil { fault = .endless }
  }

  /// The version that a reader sees that is at a step, or goes on to a later one.
  @inline(__always)
  private mutating func placeInOrder(_ number: Int) -> Int {
    if let schedule {
      for move in schedule.moves where move.load == loadsInCall {
        reached = max(reached, min(move.step, stores.stepCount))
      }
      return stores.newest(of: number, after: reached)
    }
    let now = stores.newest(of: number, after: reached)
    let count = Int(stores.first[number + 1]) - now
    if count == 1 { return now }
    if mustSeeAll(number) { return now + count - 1 }
    let choice = choices.choose(count)
    if choice + 1 < count { noteStale(number) }
    return now + choice
  }

  /// The version that a reader sees in the kernel's order.
  private mutating func place(_ number: Int, _ orderedByNode: Int) -> Int {
    var least = stores.newest(of: number, after: max(ordered, orderedByNode))
    least = max(least, Int(seen[number]))
    var place = least
    if let schedule {
      for move in schedule.moves where move.load == loadsInCall {
        reached = max(reached, min(move.step, stores.stepCount))
      }
      place = stores.newest(of: number, after: reached)
      for hidden in schedule.hidden where hidden.load == loadsInCall {
        place = min(place, stores.newest(of: number, after: hidden.step - 1))
      }
      if place < least {
        if fault == nil { fault = .notPossible(load: loadsInCall) }
        place = least
      }
    } else {
      let count = Int(stores.first[number + 1]) - least
      let choice = mustSeeAll(number) ? count - 1 : choices.choose(count)
      if choice + 1 < count { noteStale(number) }
      place = least + choice
    }
    return place
  }

  /// Notes that a version of a word is seen, and whether this call saw an earlier one.
  @inline(__always)
  private mutating func noteReread(_ number: Int, _ place: Int, _ step: Int) {
    if seen[number] < 0 { touched.append(Int32(number)) }
    if loadedAt[number] >= firstOfCall && Int(seen[number]) < place {
      rereads.append(step)
      if heads.contains(number) { rereadsHead = true }
    }
    seen[number] = Int32(place)
    loadedAt[number] = loadCount
  }

  /// Whether a load sees the newest version. Stores become visible after some time: who starts again and again sees a
  /// new root in the end.
  private func mustSeeAll(_ number: Int) -> Bool {
    loadsInCall > ReaderView.patience || staleHeads >= ReaderView.greatestStaleHeads && heads.contains(number)
  }

  private mutating func noteStale(_ number: Int) { if heads.contains(number) { staleHeads += 1 } }

  /// Notes the first store that this load does not see, of those up to where the reader is.
  private mutating func noteHidden(_ number: Int, _ place: Int) {
    guard place + 1 < Int(stores.first[number + 1]) else { return }
    let next = Int(stores.versions[place + 1].step)
    if next <= reached { made.hidden.append(.init(load: loadsInCall, step: next)) }
  }

  /// Notes what a pointer to a node brings with it.
  @inline(__always)
  private mutating func follow(_ value: UInt64, ordered: Int, found: Int) {
    // Less than that is a slot's number, a mark or a small range.
    if value < 1 << 20 { return }
    nodes[(UInt(value) >> 8) << 5] = (ordered, found)
  }

  /// A load from a node that went back after the reader had found it.
  private mutating func lookForFree(_ number: Int, _ place: Int, found: Int, node: UInt) {
    var version = Int(stores.first[number])
    while version <= place {
      let each = stores.versions[version]
      if each.isFree && Int(each.step) > found && fault == nil { fault = .freedNode(node << 3) }
      version += 1
    }
  }
}
