import MapleTreeModule
import RangeMapCore

/// A vma of the address space that is forked. Addresses are in pages.
struct TeardownVma<Number: PlanNumber> {
  typealias Truth = Number.Truth

  var exists: Truth
  var start: Number
  /// The page behind the last one.
  var end: Number
  /// Kernel: `VM_DONTCOPY`.
  var isUninherited: Truth
  /// Kernel: `VM_WIPEONFORK`.
  var isWiped: Truth
  /// Kernel: `VM_ACCOUNT`. Such a vma can be written, and is private.
  var isAccounted: Truth
  var hasFile: Truth
  var hasPolicy: Truth
  /// A fork makes a userfaultfd context for it.
  var hasUserfault: Truth
  var isTouched: Truth
  /// A page of it that is in memory, where it is touched. No more are needed: a table that a fork leaves behind is
  /// there for the sake of one page.
  var touchedPage: Number

  /// Whether a child gets a copy.
  var isInherited: Truth { exists .& .!isUninherited }
  /// Whether anonymous pages can be found through it.
  var isAnonymous: Truth { exists .& isTouched .& (.!hasFile .| isAccounted) }
}

/// An address space, what fails in a fork of it, and where the proof looks for a page table that is left.
struct TeardownScenario<Number: PlanNumber> {
  typealias Truth = Number.Truth

  /// By rising address; those that do not exist come last.
  var vmas: [TeardownVma<Number>]
  /// The code of the point that fails; 0 for none.
  var failure: Number
  /// The page table that cannot be had, by the number of its first lowest table, where one fails.
  var failingTable: Number
  /// Any lowest page table, by its number. What is true of it and of those above it for each number is true of all.
  var watchedTable: Number
}

extension TeardownScenario {
  /// Whether a premise about address spaces holds.
  func holds(_ premise: Premise, _ geometry: TeardownGeometry) -> Truth {
    switch premise {
    case .vmasComeFirst: all(zip(vmas, vmas.dropFirst()).map { first, second in .!second.exists .| first.exists })
    case .vmasAreInOrder:
      all(vmas.map { .!$0.exists .| $0.start .< $0.end })
        .& all(zip(vmas, vmas.dropFirst()).map { first, second in .!second.exists .| first.end .<= second.start })
    case .vmasAreInUserSpace:
      all(vmas.map { $0.start .>= 0 .& $0.end .<= Number(geometry.userPages) }) .& watchedTable .>= 0
        .& failingTable .>= 0
    case .touchedPagesAreMapped:
      all(vmas.map { .!$0.isTouched .| ($0.start .<= $0.touchedPage .& $0.touchedPage .< $0.end) })
    default: preconditionFailure("'\(premise.rawValue)' says nothing of address spaces")
    }
  }

  private func all(_ truths: [Truth]) -> Truth { truths.reduce(Number.yes, .&) }
}

/// The sizes of page tables: three levels below the one that is always there.
struct TeardownGeometry: Hashable, Sendable {
  static let levels = 3
  /// Entries of a table.
  var entries: Int
  /// Pages that a process may map.
  var userPages: Int

  /// Kernel: `TASK_SIZE` of x86-64 with four levels.
  static let linux = TeardownGeometry(entries: 512, userPages: 0x7_ffff_ffff)
  /// 16 pages in all.
  static let smallest = TeardownGeometry(entries: 2, userPages: 16)

  /// Pages that a table of a level covers; level 0 holds the entries of pages.
  func span(_ level: Int) -> Int { (0...level).reduce(1) { span, _ in span * entries } }

  /// The numbers of the tables that cover a page, level 0 first.
  func tables<Number: PlanNumber>(of page: Number) -> [Number] { numbers(lowest: page.divided(by: entries)) }

  /// The numbers of a lowest table and of those above it. Each is the quotient of the one before, so that a solver
  /// meets the same terms again.
  func numbers<Number: PlanNumber>(lowest: Number) -> [Number] {
    let middle = lowest.divided(by: entries)
    return [lowest, middle, middle.divided(by: entries)]
  }
}
