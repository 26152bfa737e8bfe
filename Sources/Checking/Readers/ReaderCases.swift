import MapleTreeModule
import Operations
import RangeMapCore
import Readers
import Subjects

/// All cases of one store beside one reader: each kind of store, at heights 0 to 3, with gaps tracked or not.
///
/// They are looked for, and not written down. Trees of each height are made, by a few ways of filling them. In each,
/// stores around a few places are forecast. The forecast says the kind, and how far up the store can reach. Stores
/// that differ in that, or in what they take of their leaf, are different cases.
package struct ReaderCases {
  package var geometry = GeometryName.linux64
  package var rule = RebuildRule.newest
  package var orders = [MemoryOrder.sequential, .kernel]
  /// How many stores of one kind, at one height.
  package var storesPerCell = 24
  /// Whether readers search for gaps too.
  package var searchesGaps = false

  package init() {}

  /// All cases of a subject. Our tree has small nodes too.
  package static func all(of subject: SubjectName, orders: [MemoryOrder]) -> [ReaderCase] {
    var cases = ReaderCases()
    (cases.rule, cases.orders, cases.geometry) = (subject.algorithm ?? .newest, orders, subject.libraryGeometry)
    cases.searchesGaps = subject.searchesGapsBesideWriter
    var all = cases.all()
    if subject.libraryName == nil {
      cases.geometry = .tiny
      all += cases.all()
    }
    return all
  }

  static let heights = 0...3

  /// A store that is a case, and the tree that it is made on.
  private struct Found {
    var kind: StoreKind
    var height: Int
    var tree: [Operation]
    var store: Operation
  }

  /// What tells two stores of one kind and height apart.
  private struct Traits: Hashable {
    var cell: [Int]
    var storesNull: Bool
    var reach: [Int]
    var slots: Int?
    /// Of a store over several leaves, about how many entries it is over: 1, 2, 4 and so on.
    var entries: Int?
    var edges: [Bool?]
    /// The entries of the tree, and where among them the store is.
    var tree: [UInt64]

    init(_ forecast: Forecast, over range: KeyRange, in tree: Tree, storesNull: Bool) {
      cell = [forecast.height, Int(forecast.kind.rawValue)]
      self.storesNull = storesNull
      reach = [forecast.vacantHeight, forecast.sufficientHeight]
      slots = forecast.leaf.map { $0.lastSlot - $0.slot }
      self.tree = [tree.count, tree.place]
      let count = (range.last - range.first) / ReaderCases.stride
      entries = forecast.leaf == nil ? UInt64.bitWidth - count.leadingZeroBitCount : nil
      edges = [
        forecast.leaf?.beginsAtSlot, forecast.leaf?.endsAtSlot, forecast.leaf.map { $0.lastSlot == $0.end },
      ]
    }
  }

  /// The cases, always in the same order.
  package func all() -> [ReaderCase] {
    var cases: [ReaderCase] = []
    for tracksGaps in [false, true] {
      for found in stores(tracksGaps: tracksGaps) {
        let searches = tracksGaps && searchesGaps ? Self.gapSearches(around: found.store.range) : []
        for calls in Self.reads(around: found.store.range) + searches {
          for order in orders {
            var script = ReaderScript()
            script.configuration = configuration(tracksGaps: tracksGaps)
            script.order = order
            script.operations =
              found.tree.map { ReaderOperation(.setUp, $0) } + [ReaderOperation(.writer, found.store)]
              + calls.map { ReaderOperation(.reader(0), $0) }
            let cell = ReaderCase.Cell(
              kind: found.kind, height: found.height, tracksGaps: tracksGaps, geometry: geometry, order: order)
            cases.append(ReaderCase(cell: cell, script: script))
          }
        }
      }
    }
    return cases
  }

  func configuration(tracksGaps: Bool) -> MapConfiguration {
    MapConfiguration(tracksGaps: tracksGaps, usesReadCopyUpdate: true, geometry: geometry)
  }

  /// Stores of all kinds and heights, in the order of these.
  private func stores(tracksGaps: Bool) -> [Found] {
    var found: [[Int]: [Found]] = [:]
    var seen: Set<Traits> = []
    for tree in trees(tracksGaps: tracksGaps) {
      for store in Self.stores(in: tree) {
        let forecast = tree.subject.tree.forecast(of: store.entry, over: store.range)
        let traits = Traits(forecast, over: store.range, in: tree, storesNull: store.entry == nil)
        guard Self.heights.contains(forecast.height), seen.insert(traits).inserted else { continue }
        found[traits.cell, default: []].append(
          Found(kind: forecast.kind, height: forecast.height, tree: tree.operations, store: store))
      }
    }
    // Of many that differ, some from each part of the list.
    for (cell, list) in found where list.count > storesPerCell {
      found[cell] = (0..<storesPerCell).map { list[$0 * list.count / storesPerCell] }
    }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap(\.value)
  }
}
