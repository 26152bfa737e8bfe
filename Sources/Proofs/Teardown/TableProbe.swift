import MapleTreeModule
import RangeMapCore

/// One lowest page table of the child and the two above it: whether each is there.
///
/// Tables are known by their number: the first page that they cover, in units of their span.
struct TableProbe<Number: PlanNumber> {
  typealias Truth = Number.Truth

  let geometry: TeardownGeometry
  /// The number of the table of each level, level 0 first.
  let numbers: [Number]
  /// Whether the child has the table of each level.
  var isThere: [Truth]

  init(lowest: Number, _ geometry: TeardownGeometry) {
    self.geometry = geometry
    numbers = geometry.numbers(lowest: lowest)
    isThere = Array(repeating: Number.no, count: TeardownGeometry.levels)
  }

  /// Whether any of them is there.
  var isAnyThere: Truth { isThere.reduce(Number.no, .|) }

  /// Whether the table of a level covers a page.
  func covers(_ page: Number, level: Int) -> Truth { geometry.tables(of: page)[level] .== numbers[level] }

  /// Whether a vma reaches into what the table of a level covers.
  func isReached(by vma: TeardownVma<Number>, level: Int) -> Truth {
    geometry.tables(of: vma.start)[level] .<= numbers[level]
      .& numbers[level] .<= geometry.tables(of: vma.end - 1)[level]
  }

  /// Whether the parent has the table of a level.
  func parentHas(_ vmas: [TeardownVma<Number>], level: Int) -> Truth {
    vmas.reduce(Number.no) { $0 .| ($1.exists .& $1.isTouched .& covers($1.touchedPage, level: level)) }
  }

  /// Whether a copy of the vma's pages, if one is made, needs the table of a level: the parent has it.
  func isCopied(
    with vma: TeardownVma<Number>, of vmas: [TeardownVma<Number>], when condition: Truth, level: Int
  ) -> Truth {
    condition .& isReached(by: vma, level: level) .& parentHas(vmas, level: level)
  }

  /// Copies a vma's tables. Kernel: `copy_page_range()`.
  mutating func copy(_ vma: TeardownVma<Number>, of vmas: [TeardownVma<Number>], when condition: Truth) {
    for level in isThere.indices {
      isThere[level] = isThere[level] .| isCopied(with: vma, of: vmas, when: condition, level: level)
    }
  }

  /// Copies those of a vma's tables that come before one that cannot be had: tables are made from the highest to the
  /// lowest and by rising address.
  mutating func copy(
    _ vma: TeardownVma<Number>, of vmas: [TeardownVma<Number>], when condition: Truth, before failing: TableProbe,
    level failingLevel: Int
  ) {
    for level in isThere.indices {
      isThere[level] =
        isThere[level]
        .| (isCopied(with: vma, of: vmas, when: condition, level: level)
          .& comes(level, before: failing, level: failingLevel))
    }
  }

  /// Whether the table of a level comes before that of another probe.
  func comes(_ level: Int, before other: TableProbe, level otherLevel: Int) -> Truth {
    let common = max(level, otherLevel)
    let isLower = numbers[common] .< other.numbers[common]
    return level > otherLevel ? isLower .| numbers[common] .== other.numbers[common] : isLower
  }

  /// Frees the tables that only `[start, end)` needs, below a ceiling, which is nil for the top of all addresses. The
  /// floor is 0. Kernel: `free_pgd_range()`.
  mutating func free(when condition: Truth, start: Number, end: Number, ceiling: Number?) {
    let first = geometry.tables(of: start)
    let last = geometry.tables(of: end - 1)
    let above = ceiling.map { geometry.tables(of: $0) }
    // The last lowest table stays where what is above needs it; a ceiling that rounds down to 0 keeps everything.
    let lastFreed = last[0] - (above.map { Number(one: last[0] .>= $0[0]) } ?? 0)
    var isReached = condition .& first[0] .<= lastFreed
    if let above { isReached = isReached .& .!(above[0] .== 0) }
    var isPathThere = Number.yes
    var released: [Truth] = []
    for level in isThere.indices.reversed() {
      isPathThere = isPathThere .& isThere[level]
      var isReleased = isReached .& isPathThere .& first[level] .<= numbers[level]
      if level == 0 {
        isReleased = isReleased .& numbers[0] .<= lastFreed
      } else {
        // What lies below the ceiling's own table is not touched by the lowest table that stays.
        isReleased = isReleased .& numbers[level] .<= last[level]
        if let above { isReleased = isReleased .& numbers[level] .< above[level] }
      }
      released.insert(isReleased, at: 0)
    }
    for level in isThere.indices { isThere[level] = isThere[level] .& .!released[level] }
  }
}
