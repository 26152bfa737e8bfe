import RangeMapCore

/// What a writer stored, step by step. A step is a store that changes a word, or a node that goes back to the
/// allocator.
public struct AccessLog: Sendable {
  /// A step.
  struct Step: Sendable {
    /// The number of the word that it changes; of a node that is freed the first.
    var word: Int
    var value: UInt64
    var old: UInt64
    /// Who sees this step sees all steps up to this number too, if what it loads depends on it.
    var ordered: Int
    /// The code that stores; 0 if nobody knows.
    var code: UInt64
    var isFree = false
  }

  /// The address of each word that is stored to, in units of 8 bytes, and what it held first.
  private(set) var words: [UInt] = []
  private(set) var initial: [UInt64] = []
  private(set) var steps: [Step] = []
  /// The number of steps after each operation of the writer.
  private(set) var ends: [Int] = []

  private var places: [UInt: Int] = [:]
  private var current: [UInt64] = []
  /// The words that the last store is about to change. What it stored is seen at the next access.
  private var pending: (first: UInt, count: Int, isRelease: Bool, code: UInt64)?
  /// The nodes that came from the allocator, by their addresses in units of 256 bytes, and in which operation.
  private(set) var taken: [UInt: Int] = [:]
  private var lastBarrier = 0
  private var isRelease = false

  /// Notes an access of the writer.
  mutating func note(_ access: MemoryAccess, place: UInt, size: Int, code: UInt64) {
    settle()
    switch access {
    case .load, .readBarrier: break
    case .nodeTaken: taken[place >> 8] = ends.count
    case .writeBarrier, .fullBarrier: lastBarrier = steps.count
    case .release: isRelease = true
    case .store:
      let first = place >> 3
      let count = Int((place + UInt(max(size, 1)) - 1) >> 3 - first) + 1
      for word in first..<(first + UInt(count)) { _ = number(word) }
      pending = (first, count, isRelease, code)
      isRelease = false
    case .nodeFreed:
      let first = number(place >> 3)
      for offset in 1..<AccessLog.wordsOfNode { _ = number(place >> 3 + offset) }
      steps.append(Step(word: first, value: 0, old: 0, ordered: lastBarrier, code: code, isFree: true))
    }
  }

  /// Notes the end of an operation.
  mutating func endOperation() {
    settle()
    ends.append(steps.count)
  }

  /// Takes what the last store stored.
  private mutating func settle() {
    guard let (first, count, isRelease, code) = pending else { return }
    pending = nil
    let ordered = isRelease ? steps.count : lastBarrier
    for word in first..<(first + UInt(count)) {
      let number = number(word)
      let value = AccessLog.word(word).pointee
      if value == current[number] { continue }
      steps.append(Step(word: number, value: value, old: current[number], ordered: ordered, code: code))
      current[number] = value
    }
  }

  private mutating func number(_ word: UInt) -> Int {
    if let number = places[word] { return number }
    places[word] = words.count
    words.append(word)
    let value = AccessLog.word(word).pointee
    initial.append(value)
    current.append(value)
    return words.count - 1
  }

  static func word(_ word: UInt) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutablePointer<UInt64>(bitPattern: word << 3)!
  }

  static let wordsOfNode: UInt = 32

  /// The numbers of the words that a step is about.
  func numbers(of step: Step) -> [Int] {
    if !step.isFree { return [step.word] }
    return (0..<AccessLog.wordsOfNode).compactMap { places[words[step.word] + $0] }
  }

  /// Puts the memory into the state before the first step, or after the last.
  func put(after isAfter: Bool) {
    for (word, value) in zip(words, isAfter ? current : initial) { AccessLog.word(word).pointee = value }
  }
}

extension AccessLog {
  /// A step, as a trace shows it.
  public struct ShownStep: Sendable {
    /// Counted from 1.
    public var number: Int
    /// The address of the word.
    public var place: UInt
    /// What was stored; `nil` if the node went back to the allocator.
    public var value: UInt64?
    public var code: UInt64
  }

  /// All steps.
  public var shownSteps: [ShownStep] {
    steps.enumerated().map { place, step in
      ShownStep(
        number: place + 1, place: words[step.word] << 3, value: step.isFree ? nil : step.value, code: step.code)
    }
  }
}
