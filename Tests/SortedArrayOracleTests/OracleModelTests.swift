import RangeMapCore
import SortedArrayOracle
import Testing

/// The oracle against the model of twelve cells.
@Suite struct OracleModelTests {
  static let entries: [Entry?] = [nil, .value(1), .value(2), .zero]

  @Test(arguments: [false, true])
  func threeStoresInARowLeaveWhatTheModelSays(isAtTop: Bool) throws {
    // All ranges over five cells, each with NULL and with an entry: 30 stores, thrice.
    let offset = isAtTop ? IndexModel.count - 5 : 0
    var stores: [(cells: ClosedRange<Int>, isNull: Bool)] = []
    for first in 0..<5 {
      for last in first..<5 {
        let cells = first + offset...last + offset
        stores += [(cells, true), (cells, false)]
      }
    }
    for first in stores {
      for second in stores {
        for third in stores {
          var model = IndexModel(isAtTop: isAtTop)
          var oracle = SortedArrayOracle(capacity: 8)
          for (number, store) in [first, second, third].enumerated() {
            let entry: Entry? = store.isNull ? nil : .value(UInt64(number))
            model.store(entry, over: store.cells)
            try oracle.store(entry, over: model.range(store.cells), policy: .maySleep)
          }
          try #require(slots(of: oracle) == slots(of: model), "\(first), \(second), \(third)")
          try #require(oracle.brokenLaws() == [])
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func randomWritesAndAllReadsAgreeWithTheModel(isAtTop: Bool) throws {
    var random = SeededGenerator(seed: isAtTop ? 2 : 1)
    for round in 0..<60 {
      var model = IndexModel(isAtTop: isAtTop)
      var oracle = SortedArrayOracle(configuration: MapConfiguration(tracksGaps: true))
      for step in 0..<40 {
        try write(&random, &model, &oracle)
        try #require(slots(of: oracle) == slots(of: model), "round \(round), step \(step)")
        try #require(oracle.brokenLaws() == [])
        if step % 8 == 0 { try compareReads(model, oracle) }
        try compareGaps(model, oracle)
      }
    }
  }

  private func write(
    _ random: inout SeededGenerator, _ model: inout IndexModel, _ oracle: inout SortedArrayOracle
  ) throws {
    let first = Int(random.below(UInt64(IndexModel.count)))
    let cells = first...min(IndexModel.count - 1, first + Int(random.below(5)))
    let entry = Self.entries[Int(random.below(4))]
    switch (random.below(3), entry) {
    case (0, .some(let entry)):
      if let other = model.insert(entry, over: cells) {
        #expect(throws: RangeMapError.occupied(by: other)) {
          try oracle.insert(entry, over: model.range(cells), policy: .atomic)
        }
      } else {
        try oracle.insert(entry, over: model.range(cells), policy: .atomic)
      }
    case (1, _):
      let index = model.lowestIndex(first)
      #expect(try oracle.erase(at: index, policy: .maySleep) == model.erase(at: index))
    default:
      model.store(entry, over: cells)
      try oracle.store(entry, over: model.range(cells), policy: .mustNotSleep)
    }
  }

  private func compareReads(_ model: IndexModel, _ oracle: SortedArrayOracle) throws {
    let indices = Set((0..<IndexModel.count).flatMap { [model.lowestIndex($0), model.highestIndex($0)] }).sorted()
    for index in indices {
      let expected = model.slot(at: index).entry
      try #require(oracle.load(index) == (expected == .zero ? nil : expected))
      for limit in indices {
        let place: Comment = "index \(index), limit \(limit)"
        var found = index
        var expectedFound = index
        try #require(oracle.find(&found, through: limit) == model.find(&expectedFound, through: limit), place)
        try #require(found == expectedFound, place)
        var foundAfter = index
        let after = oracle.findAfter(&foundAfter, through: limit)
        var again = index
        let expectedAfter = index == 0 ? nil : model.find(&again, through: limit)
        try #require(after == expectedAfter && foundAfter == again, place)
        try #require(oracle.next(after: index, through: limit) == model.next(after: index, through: limit), place)
        // An entry in the root pointer is found whatever the limit; only a map of one entry has it.
        if oracle.entryCount > 1 || limit == 0 {
          let expectedPrevious = model.previous(before: index, downTo: limit)
          try #require(oracle.previous(before: index, downTo: limit) == expectedPrevious, place)
        }
      }
    }
  }

  private func compareGaps(_ model: IndexModel, _ oracle: SortedArrayOracle) throws {
    let inner = model.isAtTop ? 1...IndexModel.count - 1 : 0...IndexModel.count - 2
    for first in inner {
      for last in first...inner.upperBound {
        for size in 1...(last - first + 1) {
          let starts = model.gaps(of: size, in: first...last)
          let window = model.range(first...last)
          let place: Comment = "size \(size) in \(window)"
          try #require((try? oracle.lowestGap(of: UInt64(size), in: window)) == starts.first, place)
          try #require((try? oracle.highestGap(of: UInt64(size), in: window)) == starts.last, place)
        }
      }
    }
  }
}

/// All slots of a map, NULL ones too, as text.
func slots(of map: SortedArrayOracle) -> [String] {
  var slots: [String] = []
  var index: UInt64 = 0
  while true {
    let (range, entry) = map.slot(at: index)
    slots.append("\(range) \(entry?.description ?? "-")")
    if range.last == .max { return slots }
    index = range.last + 1
  }
}

func slots(of model: IndexModel) -> [String] {
  var slots: [String] = []
  var cell = 0
  while cell < IndexModel.count {
    let run = model.run(around: cell)
    slots.append("\(model.range(run)) \(model.cells[cell]?.entry.description ?? "-")")
    cell = run.upperBound + 1
  }
  return slots
}
