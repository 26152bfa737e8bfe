import RangeMapCore

/// The choices of a run, in their order: all of them in turn, depth first, or at random.
struct ChoiceList {
  enum Rule {
    case all
    /// At random, of which at most so many are not the first.
    case some(SeededGenerator, switches: Int)
  }

  private var taken: [(choice: Int32, count: Int32)] = []
  private var place = 0
  private var rule = Rule.all
  private var switchesLeft = 0

  init() { taken.reserveCapacity(256) }

  /// Begins the next run.
  mutating func begin() {
    place = 0
    if case .some(_, let switches) = rule {
      taken.removeAll(keepingCapacity: true)
      switchesLeft = switches
    }
  }

  mutating func choose(_ count: Int) -> Int {
    if count <= 1 { return 0 }
    if place < taken.count {
      place += 1
      return Int(taken[place - 1].choice)
    }
    var choice = 0
    if case .some(var generator, let switches) = rule, switchesLeft > 0, generator.oneIn(4) {
      choice = Int(generator.below(UInt64(count)))
      if choice > 0 { switchesLeft -= 1 }
      rule = .some(generator, switches: switches)
    } else if case .some(var generator, let switches) = rule {
      _ = generator.next()
      rule = .some(generator, switches: switches)
    }
    taken.append((Int32(choice), Int32(count)))
    place += 1
    return choice
  }

  /// Goes on to the next run.
  /// - Returns: whether there is one that was not made.
  mutating func advance() -> Bool {
    guard case .all = rule else { return true }
    taken.removeLast(taken.count - place)
    while let last = taken.last {
      if last.choice + 1 < last.count {
        taken[taken.count - 1].choice += 1
        return true
      }
      taken.removeLast()
    }
    return false
  }

  /// Goes on at random.
  mutating func sample(seed: UInt64, switches: Int) {
    rule = .some(SeededGenerator(seed: seed), switches: switches)
    taken.removeAll(keepingCapacity: true)
  }
}
