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
}
