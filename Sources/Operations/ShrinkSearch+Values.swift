import RangeMapCore

/// How plain the values of one operation can be. Each step makes something smaller in a fixed order, so no two steps
/// undo each other.
extension ShrinkSearch<Script> {
  private mutating func accept(_ fields: Operation, at place: Int) -> Bool {
    var candidate = script
    candidate.operations[place] = fields.normalized
    return accept(candidate, cuts: false)
  }

  /// Takes the change over if the script still fails with it.
  private mutating func attempt(at place: Int, _ change: (inout Operation) -> Void) -> Bool {
    var fields = script.operations[place]
    change(&fields)
    return accept(fields, at: place)
  }

  mutating func simplifyOperation(at place: Int) {
    simplifyKind(at: place)
    let kind = script.operations[place].kind
    // A bound is what the script claims: a lower one would be another claim, which any store breaks.
    if kind == .atMost { return }
    let used = kind.fields
    if used.contains(.policy) { _ = attempt(at: place) { $0.policy = .maySleep } }
    if used.contains(.flag) { _ = attempt(at: place) { $0.flag = false } }
    if !used.isDisjoint(with: [.entry, .optionalEntry]) { simplifyEntry(at: place) }
    if used.contains(.cursor) { lower(\.cursorNumber, at: place) }
    if used.contains(.limit) { simplifyLimit(at: place) }
    if used.contains(.size) { lower(\.number, at: place) }
    if used.contains(.stride) {
      lower(\.stride, at: place)
      lower(\.width, at: place)
    }
    if used.contains(.range) {
      simplifyRange(at: place)
    } else if used.contains(.index) {
      lower(\.range.first, at: place)
    }
  }

  /// Plain stores instead of what ends in a store.
  private mutating func simplifyKind(at place: Int) {
    switch script.operations[place].kind {
    case .insert, .bulkStore, .prepare: _ = attempt(at: place) { $0.kind = .store }
    case .allocateLowest, .allocateHighest, .allocateCyclic:
      _ = attempt(at: place) { fields in
        let size = fields.kind == .allocateCyclic ? 1 : fields.number
        fields.kind = .store
        fields.range.last = fields.range.first &+ size &- 1
      }
    case .fill, .bulkFill:
      _ = attempt(at: place) { $0.kind = .fill }
      _ = attempt(at: place) { fields in
        fields.kind = .store
        fields.range.last = fields.range.first &+ fields.width &- 1
      }
    default: break
    }
  }

  /// How far an entry is from `a`.
  private func rank(_ entry: Entry) -> UInt64 {
    if entry.word & 0xfff == 0, entry.word <= 26 << 12 { return entry.word >> 12 }
    if entry == .value(0) { return 27 }
    return entry.isZero ? 28 : 29
  }

  private mutating func simplifyEntry(at place: Int) {
    let plainest = [Entry(nonNullWord: 1 << 12), Entry(nonNullWord: 2 << 12), .value(0), .zero]
    for entry in plainest {
      guard let current = script.operations[place].entry, rank(entry) < rank(current) else { continue }
      if attempt(at: place, { $0.entry = entry }) { return }
    }
  }

  /// No limit is plainest, as it need not be written.
  private mutating func simplifyLimit(at place: Int) {
    let fields = script.operations[place]
    let none: UInt64 = fields.kind == .cursorMove && fields.move.isForward ? .max : 0
    if fields.number == none || attempt(at: place, { $0.number = none }) { return }
    lower(\.number, at: place)
  }

  private mutating func simplifyRange(at place: Int) {
    let fields = script.operations[place]
    switch fields.kind {
    case .find, .findAfter, .next:
      if fields.range.last != .max, !attempt(at: place, { $0.range.last = .max }) { lower(\.range.last, at: place) }
      lower(\.range.first, at: place)
    case .lowestGap, .highestGap, .allocateLowest, .allocateHighest, .allocateCyclic:
      if fields.range == .all || attempt(at: place, { $0.range = .all }) { return }
      shorten(at: place)
    default: shorten(at: place)
    }
  }

  /// Makes a range shorter from both ends, then moves it down. What has to be inverted stays so.
  private mutating func shorten(at place: Int) {
    if !script.operations[place].range.isValid {
      guard attempt(at: place, { $0.range = KeyRange($0.range.last, $0.range.first) }) else {
        lower(\.range.last, at: place)
        return lower(\.range.first, at: place)
      }
    }
    lower(\.rangeLength, at: place)
    lower(\.rangeLengthAboveFirst, at: place)
    lower(\.rangeStart, at: place)
  }

  /// Lowers a number by ever smaller steps, down to 1: exact where the failure depends on a bound alone.
  private mutating func lower(_ value: WritableKeyPath<Operation, UInt64>, at place: Int) {
    var step = script.operations[place][keyPath: value]
    while step > 0, mayGoOn {
      let current = script.operations[place][keyPath: value]
      if step > current || !attempt(at: place, { $0[keyPath: value] = current - step }) { step /= 2 }
    }
  }
}

extension Operation {
  fileprivate var cursorNumber: UInt64 {
    get { UInt64(truncatingIfNeeded: cursor & 3) }
    set { cursor = Int(newValue & 3) }
  }

  /// The number of indices less one, counted up from the first.
  fileprivate var rangeLength: UInt64 {
    get { range.countLessOne }
    set { range.last = range.first + newValue }
  }

  /// The number of indices less one, counted down from the last.
  fileprivate var rangeLengthAboveFirst: UInt64 {
    get { range.countLessOne }
    set { range.first = range.last - newValue }
  }

  /// The first index; the length stays.
  fileprivate var rangeStart: UInt64 {
    get { range.first }
    set { range = KeyRange(newValue, newValue + range.countLessOne) }
  }
}
