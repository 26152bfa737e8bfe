/// What one call of a reader sees of the writer.
public struct CallSchedule: Hashable, Sendable {
  /// From its load `load` on, counted from 1, the reader sees what it does not see before: all up to the step.
  public struct Move: Hashable, Sendable {
    public var load: Int
    public var step: Int
    public init(load: Int, step: Int) { (self.load, self.step) = (load, step) }
  }

  /// A store that a load does not see though the reader sees others up to its step. Later stores to the word neither.
  public struct Hidden: Hashable, Sendable {
    public var load: Int
    public var step: Int
    public init(load: Int, step: Int) { (self.load, self.step) = (load, step) }
  }

  /// How many steps the writer has made when the call begins. All of them are visible.
  public var start: Int
  public var moves: [Move] = []
  public var hidden: [Hidden] = []

  public init(start: Int, moves: [Move] = [], hidden: [Hidden] = []) {
    (self.start, self.moves, self.hidden) = (start, moves, hidden)
  }

  /// The calls of a reader as if they were one: the loads of a call come after those of the call before.
  init?(joining calls: [CallSchedule]) {
    guard let first = calls.first else { return nil }
    self.init(start: first.start)
    for (number, call) in calls.enumerated() {
      let offset = number * ReaderView.greatestLoads
      moves += call.moves.map { Move(load: offset + $0.load, step: $0.step) }
      hidden += call.hidden.map { Hidden(load: offset + $0.load, step: $0.step) }
      // What a call sees from its begin is as good as a move.
      if call.start > first.start { moves.append(Move(load: offset, step: call.start)) }
    }
  }
}
