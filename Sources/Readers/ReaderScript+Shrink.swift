import Operations
import RangeMapCore

extension ReaderScript: WorldScript {
  public typealias Operation = ReaderOperation
  public typealias Hint = UInt64

  public static var fileEnding: String { "readers" }

  public var callCount: UInt64 { operations.reduce(0) { $0 + $1.operation.callCount } }

  public func operationText(at place: Int) -> String? {
    operations.indices.contains(place) ? operations[place].text : nil
  }

  public func without(_ isTakenOut: (Int) -> Bool) -> ReaderScript {
    var less = self
    less.operations = operations.enumerated().filter { !isTakenOut($0.offset) }.map(\.element)
    return less
  }

  /// Reads the text that `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    self = try ReaderScript.parse(Array(String(from: decoder).utf8), file: "message")
  }

  public func encode(to encoder: any Encoder) throws { try text(comments: []).encode(to: encoder) }

  /// The script in which all interleavings are tried: with other stores the steps have other numbers.
  public var withoutSchedules: ReaderScript {
    var script = self
    for place in script.operations.indices { script.operations[place].schedule = nil }
    return script
  }

  /// The script in which each call of a reader has its schedule.
  public func with(_ schedules: [Int: CallSchedule]) -> ReaderScript {
    var script = self
    for (place, schedule) in schedules { script.operations[place].schedule = schedule }
    return script
  }

  /// Leaves out the other readers.
  public static func cutDown(_ search: inout ShrinkSearch<ReaderScript>) {
    for reader in readers {
      let operations = search.script.operations
      search.accept(search.script.without { operations[$0].role == .reader(reader) })
    }
  }

  public static func simplify(_ search: inout ShrinkSearch<ReaderScript>) {
    search.removeOperations(downTo: 1)
    for order in [MemoryOrder.sequential] where search.script.order != order {
      var candidate = search.script
      candidate.order = order
      search.accept(candidate)
    }
    var candidate = search.script
    candidate.configuration.tracksGaps = false
    search.accept(candidate)
    for place in search.script.operations.indices { search.simplifyLine(at: place) }
  }
}

extension ShrinkSearch<ReaderScript> {
  /// Makes the numbers of a line smaller.
  fileprivate mutating func simplifyLine(at place: Int) {
    guard script.operations.indices.contains(place) else { return }
    for path in [\Operations.Operation.number, \.range.first, \.range.last] {
      var isSmaller = true
      while isSmaller && mayGoOn {
        let value = script.operations[place].operation[keyPath: path]
        isSmaller = Self.smaller(value).contains { smaller in
          var candidate = script
          candidate.operations[place].operation[keyPath: path] = smaller
          candidate.operations[place].operation = candidate.operations[place].operation.normalized
          return candidate != script && accept(candidate, cuts: false)
        }
      }
    }
  }

  private static func smaller(_ value: UInt64) -> [UInt64] {
    [0, 1, value / 2, value &- 1].filter { $0 < value }
  }
}
