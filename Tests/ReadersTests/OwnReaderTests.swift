import RangeMapCore
import Readers
import Testing

@testable import WitnessedMapleTree

// A witnessed tree is for one thread.
@Suite("Readers of our own tree", .serialized)
struct OwnReaderTests {
  private func report(_ script: ReaderScript) -> ReaderReport {
    var runner = ReaderRunner(script) { MapleTreeSubject(configuration: $0) }
    return runner.run()
  }

  @Test("see nothing wrong in the scripts of the corpus, in as many interleavings as they say")
  func corpus() throws {
    let names = try BuiltTrees.scripts(in: "readers")
    #expect(names.count >= 6)
    for name in names {
      let script = try BuiltTrees.script(name)
      let report = report(script)
      #expect(script.expectation == .clean)
      #expect(report.finding == nil && report.complaint == nil && report.isExhaustive, "\(name)")
      #expect(report.interleavings == script.expectedInterleavings, "\(name)")
    }
  }

  @Test("see none of the faults of kernels")
  func faultsOfKernels() throws {
    let names = try BuiltTrees.scripts(in: "linux-readers/7.3") + BuiltTrees.scripts(in: "linux-readers/6.12")
    #expect(names.count > KnownReaderFault.allCases.count)
    for name in names {
      let report = report(try BuiltTrees.script(name).withoutSchedules)
      #expect(report.finding == nil && report.complaint == nil && report.isExhaustive, "\(name)")
      #expect(report.interleavings > 5)
    }
  }

  @Test("are wrong without the order of a bound and its word, in the kernel's order of memory alone")
  func order() throws {
    AccessWitness.omitsOrder = true
    defer { AccessWitness.omitsOrder = false }
    var script = try BuiltTrees.script("readers/bound-before-word")
    #expect(report(script).finding?.broken.law == .heldAtSomeTime)
    script.order = .sequential
    #expect(report(script).finding == nil)
  }

  @Test("are wrong without a second look at the version, in each order", arguments: [MemoryOrder.sequential, .kernel])
  func version(_ order: MemoryOrder) throws {
    AccessWitness.omitsVersion = true
    defer { AccessWitness.omitsVersion = false }
    for name in ["two-stores", "gap-moves"] {
      var script = try BuiltTrees.script("readers/\(name)")
      script.order = order
      #expect(report(script).finding != nil, "\(name)")
    }
  }

  @Test("keep the place of a cursor beside a writer, which pauses without readers")
  func keptPlace() throws {
    for isShared in [true, false] {
      let tree = MapleTree(configuration: MapConfiguration(usesReadCopyUpdate: isShared))
      for entry: UInt64 in 0..<4 { try tree.store(.value(entry), over: KeyRange(entry * 10, entry * 10 + 9)) }
      var cursor = Cursor(tree, at: .single(10))
      #expect(cursor.walk() == .value(1))
      // What is left of the slot that the cursor was in is not given again beside a writer.
      try tree.store(.value(9), over: KeyRange(10, 12))
      #expect(cursor.next() == .value(isShared ? 2 : 1))
      #expect(cursor.range == (isShared ? KeyRange(20, 29) : KeyRange(13, 19)))
    }
  }

  @Test("that a cursor begins before the reader mode go on in it")
  func modeTurnedOn() throws {
    let tree = MapleTree()
    for entry: UInt64 in 0..<4 { try tree.store(.value(entry), over: KeyRange(entry * 10, entry * 10 + 9)) }
    var cursor = Cursor(tree, at: .single(0))
    #expect(cursor.walk() == .value(0))
    tree.setReadCopyUpdate(true)
    #expect(cursor.next() == .value(1))
    try tree.store(nil, over: KeyRange(20, 29))
    #expect(cursor.next() == .value(3))
    tree.setReadCopyUpdate(false)
    #expect(cursor.previous() == .value(1))
  }
}
