import RangeMapCore
import Testing

@testable import AddressSpaceModel

/// What a parent has in its pages before it forks: a short list that can be built twice, and the same each time.
struct CopyLayout: CustomTestStringConvertible, Sendable {
  enum Item: Sendable {
    /// A folio of 2 to the power of `order` pages. Of them `pages` are mapped, the first one at page `at`.
    case folio(order: Int, at: Int, pages: Int, FolioContents, PageTableEntry.Marks)
    /// The page is written to, and then pinned.
    case pinned(page: Int)
    /// The marks of one entry are others.
    case marks(page: Int, PageTableEntry.Marks)
    /// Two entries change places.
    case swapped(page: Int, with: Int)
    case swapEntry(page: Int, users: Int, exclusive: Bool)
    case special(page: Int)
    case cleared(Range<Int>)
    /// All was forked before, and that child is gone: no page is exclusive any more.
    case forkedBefore
  }

  // Unoptimised, the laws take their time to walk tables of 512 entries at every step.
  #if DEBUG
    static let fullGeometry = PageTableGeometry(levels: 4, entryBits: 6, blockBits: 4)
  #else
    static let fullGeometry = PageTableGeometry.arm64
  #endif

  let items: [Item]
  var geometry = fullGeometry
  var mapping = CopiedMapping.privateWritable

  var testDescription: String { "\(items)" }

  func build() throws -> TableBench {
    let bench = TableBench(geometry, swapCountLimit: 2)
    var failures = FailurePlan.none
    for item in items { try add(item, to: bench, &failures) }
    let violations = PageTableLaw.violations([bench.parent])
    try #require(violations.isEmpty)
    return bench
  }

  private func add(_ item: Item, to bench: TableBench, _ failures: inout FailurePlan) throws {
    let parent = bench.parent
    switch item {
    case .folio(let order, let page, let pages, let contents, let marks):
      parent.clear(bench.pages(page..<page + pages))
      try parent.touch(
        page: bench.address(page), contents: contents, order: order, pages: pages, marks: marks, failures: &failures)
    case .pinned(let page):
      _ = try parent.write(page: bench.address(page), failures: &failures)
      let entry = parent.entry(at: bench.address(page))
      if entry.kind == .page { _ = bench.folios.pin(entry.frame) }
    case .marks(let page, let marks):
      let entry = parent.entry(at: bench.address(page))
      guard entry.kind == .page else { return }
      let exclusive = bench.folios.isExclusive(entry.frame)
      try parent.populate(
        page: bench.address(page), entry: .page(entry.frame, marks: marks), exclusive: exclusive, failures: &failures)
    case .swapped(let page, let other):
      let first = parent.entry(at: bench.address(page))
      let second = parent.entry(at: bench.address(other))
      guard first.kind == .page, second.kind == .page else { return }
      // Its only entry is overwritten before it gets the other.
      let folio = bench.folios.folio(at: first.frame)
      bench.folios.addReferences(1, to: folio)
      defer { bench.folios.dropReferences(1, of: folio) }
      try parent.populate(page: bench.address(page), entry: second, failures: &failures)
      try parent.populate(page: bench.address(other), entry: first, failures: &failures)
    case .swapEntry(let page, let users, let exclusive):
      let slot = bench.folios.makeSwapSlot()
      for user in 0..<users {
        try parent.populate(
          page: bench.address(page + user), entry: .swap(slot, marks: exclusive ? .swapExclusive : []),
          failures: &failures)
      }
    case .special(let page):
      try parent.populate(
        page: bench.address(page), entry: .special(FrameNumber(1 << 30), marks: .writable), failures: &failures)
    case .cleared(let range):
      parent.clear(bench.pages(range))
    case .forkedBefore:
      try PageTableCopy.copyRange(from: parent, to: bench.child, range: .all, failures: &failures)
      bench.child.clear(.all)
      bench.child.freeTables(of: [KeyRange(0, geometry.addressLimit - 1)], floor: 0, ceiling: 0)
    }
  }

  /// A heap of one folio that has been forked before, of which one page was written to since and is pinned.
  static func onePinned(at page: Int, order: Int) -> CopyLayout {
    CopyLayout(items: [heap(order: order), .forkedBefore, .pinned(page: page)])
  }

  static func heap(order: Int) -> Item {
    .folio(order: order, at: 0, pages: 1 << order, .anonymous, [.writable, .dirty, .accessed])
  }

  /// Something of everything.
  static let mixed = CopyLayout(
    items: [
      .folio(order: 4, at: 0, pages: 16, .anonymous, [.writable, .dirty]),
      .folio(order: 5, at: 32, pages: 20, .anonymous, [.writable, .dirty]),
      .forkedBefore,
      .folio(order: 4, at: 64, pages: 16, .anonymous, [.writable, .dirty]),
      .folio(order: 3, at: 83, pages: 7, .file, .accessed),
      .marks(page: 37, [.dirty, .userfaultProtected]), .marks(page: 38, [.dirty, .accessed]),
      .swapped(page: 66, with: 69), .swapEntry(page: 100, users: 3, exclusive: true), .special(page: 105),
      .folio(order: 4, at: 112, pages: 16, .anonymous, [.writable, .dirty]), .pinned(page: 5), .pinned(page: 67),
      .cleared(40..<42), .folio(order: 0, at: 600, pages: 1, .anonymous, .writable),
    ],
    mapping: CopiedMapping(
      isShared: false, isWritable: true, isCopyOnWrite: true, keepsUserfaultProtection: true))

  /// A layout by chance, within so many pages.
  static func random(_ generator: inout SeededGenerator, pages: Int, geometry: PageTableGeometry) -> CopyLayout {
    func below(_ bound: Int) -> Int { Int(generator.below(UInt64(bound))) }
    let marks: [PageTableEntry.Marks] = [
      [.writable, .dirty], [.writable, .dirty, .accessed], .dirty, [.writable, .userfaultProtected], .softDirty, [],
    ]
    var items: [Item] = []
    for _ in 0..<4 + below(10) {
      let page = below(pages)
      switch below(10) {
      case 0...3:
        let order = below(6)
        // Anonymous memory is what fork is about; every fourth folio is a file's.
        items.append(
          .folio(
            order: order, at: page, pages: min(pages - page, 1 + below(1 << order)),
            below(4) == 0 ? .file : .anonymous, marks[below(marks.count)]))
      case 4: items.append(.pinned(page: page))
      case 5: items.append(.marks(page: page, below(2) == 0 ? .dirty : .userfaultProtected))
      case 6: items.append(.swapped(page: page, with: below(pages)))
      case 7: items.append(.swapEntry(page: min(page, pages - 3), users: 1 + below(3), exclusive: below(2) == 0))
      case 8: items.append(below(2) == 0 ? .special(page: page) : .cleared(page..<min(pages, page + 1 + below(9))))
      default: items.append(.forkedBefore)
      }
    }
    var layout = CopyLayout(items: items, geometry: geometry)
    layout.mapping.keepsUserfaultProtection = below(2) == 0
    layout.mapping.tracksSoftDirty = below(2) == 0
    return layout
  }
}

/// Holds all laws at every moment of a copy at which they must hold.
struct LawObserver: CopyObserver {
  var violations: [PageTableViolation] = []
  var moments = 0

  mutating func observe(_ moment: CopyMoment, parent: PageTable, child: PageTable) {
    moments += 1
    switch moment {
    case .referencesAdded, .mappingsAdded: violations += PageTableLaw.instantViolations(parent.folios)
    case .runRefused, .runFinished, .finished: violations += PageTableLaw.violations([parent, child])
    }
  }
}

/// One fork of a layout.
struct CopyRun {
  let bench: TableBench
  var counters = CopyCounters()
  var observer = LawObserver()
  var failures: FailurePlan
  var thrown: OutOfMemory?

  init(
    _ layout: CopyLayout, batch: Int, pinned: PinnedPageRule = .refusesBatch, failures: FailurePlan = .none,
    defect: CopyDefect? = nil
  ) throws {
    bench = try layout.build()
    self.failures = failures
    do throws(OutOfMemory) {
      try PageTableCopy.copyRange(
        from: bench.parent, to: bench.child, range: .all, mapping: layout.mapping, batch: batch, pinned: pinned,
        failures: &self.failures, counters: &counters, observer: &observer, defect: defect)
      observer.violations += PageTableLaw.readViolations(parent: bench.parent, child: bench.child, range: .all)
    } catch {
      thrown = error
    }
  }

  var tables: (parent: PageTable, child: PageTable) { (bench.parent, bench.child) }
}
