/// The marks of all subjects of a run, added up by name.
public struct MarkCounts: Sendable {
  @usableFromInline var names: [String] = []
  @usableFromInline var counts: [UInt64] = []

  @usableFromInline
  init() {}

  /// Adds what one subject counted. Subjects of a run list their marks in the same order, so names are compared by
  /// place.
  @usableFromInline
  mutating func add(_ marks: [(name: String, count: UInt64)]) {
    for (place, mark) in marks.enumerated() {
      if place < names.count && names[place] == mark.name {
        counts[place] += mark.count
      } else if let found = names.firstIndex(of: mark.name) {
        counts[found] += mark.count
      } else {
        names.append(mark.name)
        counts.append(mark.count)
      }
    }
  }

  /// Adds these counts to a table under their own names; a mark that was never reached is a cell of 0.
  public func add(to table: inout CoverageTable) {
    for (name, count) in zip(names, counts) { table.add(count, to: name) }
  }
}
