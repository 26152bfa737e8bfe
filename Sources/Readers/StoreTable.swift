/// The stores of a log by word, as readers look them up.
struct StoreTable: ~Copyable {
  /// A value of a word: what it held first, then what each step made of it.
  struct Version {
    var step: Int32
    var ordered: Int32
    var value: UInt64
    /// Whether the node went back to the allocator by this step.
    var isFree: Bool
    /// Whether the word is one that a dead node needs for its list of nodes to free: its first two pivots.
    var isOfDead = false
  }

  let words: WordTable
  /// The first version of each word, and one place more.
  let first: UnsafeMutablePointer<Int32>
  let versions: UnsafeMutablePointer<Version>
  let wordCount: Int
  let stepCount: Int
  /// Whether any node went back.
  let hasFrees: Bool
  /// The number of steps after each operation of the writer.
  let ends: [Int]

  init(_ log: AccessLog) {
    words = WordTable(log.words)
    wordCount = log.words.count
    stepCount = log.steps.count
    ends = log.ends
    var lists = log.initial.map { [Version(step: 0, ordered: 0, value: $0, isFree: false)] }
    var dead: Set<UInt> = []
    for (place, step) in log.steps.enumerated() {
      let word = log.words[step.word]
      // A dead node is its own parent.
      if word & 31 == 0 && UInt(step.value) >> 8 == word >> 5 { dead.insert(word >> 5) }
      let isOfDead = 1...2 ~= word & 31 && dead.contains(word >> 5)
      for number in log.numbers(of: step) {
        lists[number].append(
          Version(
            step: Int32(place + 1), ordered: Int32(step.ordered),
            value: step.isFree ? lists[number].last?.value ?? 0 : step.value, isFree: step.isFree,
            isOfDead: isOfDead))
      }
    }
    hasFrees = log.steps.contains { $0.isFree }
    first = .allocate(capacity: lists.count + 1)
    let all = lists.flatMap(\.self)
    versions = .allocate(capacity: max(1, all.count))
    versions.initialize(from: all, count: all.count)
    var place: Int32 = 0
    for (number, list) in lists.enumerated() {
      first[number] = place
      place += Int32(list.count)
    }
    first[lists.count] = place
  }

  deinit {
    first.deallocate()
    versions.deallocate()
  }

  /// The place of the newest version of a word that is there after so many steps.
  @inline(__always)
  func newest(of word: Int, after step: Int) -> Int {
    var place = Int(first[word])
    let end = Int(first[word + 1])
    while place + 1 < end && Int(versions[place + 1].step) <= step { place += 1 }
    return place
  }
}
