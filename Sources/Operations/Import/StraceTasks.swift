/// The tasks of a log: who a line is about, and what is known of each.
struct StraceTasks: Sendable {
  let file: String
  /// The task of lines that name nobody: the number at the end of the file's name, as `-ff` makes it; or 0, until the
  /// log tells.
  let unnamed: UInt32
  /// The number that was found for the task 0.
  private(set) var numberOfUnnamed: UInt32?
  /// The tasks that had a line, and those that were created, which have not ended.
  private var living: Set<UInt32> = []
  /// The tasks that a message tells of, and which had no line.
  private var announced: Set<UInt32> = []
  private var leaders: [UInt32: UInt32] = [:]
  /// A task that no call made so far: where its events begin, and its first line.
  private struct Unborn {
    var place: Int
    var line: Int
  }
  private var unborn: [UInt32: Unborn] = [:]
  private var endedUnborn: [Int] = []
  private var hasBegun = false

  init(file: String = "") {
    self.file = file
    let suffix = file.split(separator: ".").last.map(String.init) ?? ""
    let isNumber = file.contains(".") && suffix.utf8.allSatisfy(\.isDigit)
    unnamed = isNumber ? UInt32(suffix) ?? 0 : 0
  }

  /// The task of a line.
  /// - Parameter unnamedCall: The call that the unnamed task has begun and not ended.
  mutating func task(of line: StraceLine, unnamedCall: String?) -> UInt32 {
    switch line.owner {
    case .number(let number): return alias(number)
    case .bracketed(let number):
      if isUnnamed(number, line.body, unnamedCall) { numberOfUnnamed = number }
      return alias(number)
    case .unnamed:
      let all = living.union(announced)
      if all.count == 1, let only = all.first { return only }
      return living.contains(unnamed) ? unnamed : all.min() ?? unnamed
    }
  }

  /// Whether a number is that of the task whose lines had none so far. While that task is in a call, its next line is
  /// the rest of it.
  private func isUnnamed(_ number: UInt32, _ body: ImportReader, _ unnamedCall: String?) -> Bool {
    if unnamed != 0 || numberOfUnnamed != nil || !living.contains(0) { return false }
    if living.contains(number) || announced.contains(number) { return false }
    return unnamedCall == nil || body.isAt("<... ")
  }

  /// The task that a number stands for.
  func alias(_ number: UInt32) -> UInt32 { number == numberOfUnnamed ? 0 : number }

  /// The number of a task as the log has it; 0 where it does not tell.
  func number(of task: UInt32) -> UInt32 { task == 0 ? numberOfUnnamed ?? 0 : task }

  /// The process of a thread; the task itself where it is none.
  func process(of task: UInt32) -> UInt32 { leaders[task] ?? task }

  /// Notes a line of a task, and tells whether it is the first one.
  /// - Parameter place: Where its first event will be.
  mutating func insert(_ task: UInt32, place: Int, line: Int) -> Bool {
    announced.remove(number(of: task))
    guard living.insert(task).inserted else { return false }
    if hasBegun { unborn[task] = Unborn(place: place, line: line) }
    hasBegun = true
    return true
  }

  mutating func create(_ task: UInt32, isThread: Bool, by parent: UInt32) {
    announced.remove(task)
    living.insert(task)
    leaders[task] = isThread ? process(of: parent) : nil
    unborn[task] = nil
  }

  mutating func remove(_ task: UInt32) {
    living.remove(task)
    announced.remove(number(of: task))
    leaders[task] = nil
    if let lost = unborn.removeValue(forKey: task) { endedUnborn.append(lost.line) }
  }

  /// Where the events of a task begin that no call has made; nil for all others.
  func birthPlace(of task: UInt32) -> Int? { unborn[task]?.place }

  /// Makes room for an event among the others.
  mutating func insertEvent(of task: UInt32, at place: Int) {
    for (key, value) in unborn where value.place >= place { unborn[key]!.place += 1 }
    if let first = unborn[task]?.place, first > place { unborn[task]!.place = place }
  }

  /// The first lines of tasks that no call made, but for the first of all.
  var linesOfUnborn: [Int] { endedUnborn + unborn.values.map(\.line) }

  mutating func note(_ message: StraceLine.Message) {
    switch message {
    case .attached(let number): if !living.contains(alias(number)) { announced.insert(number) }
    case .detached(let number):
      announced.remove(number)
      living.remove(alias(number))
    case .other: break
    }
  }
}
