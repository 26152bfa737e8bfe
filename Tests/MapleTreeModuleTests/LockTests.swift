import RangeMapCore
import Testing

@testable import MapleTreeModule

/// Checked builds stop at a write without the tree's lock.
@Suite("Locks")
struct LockTests {
  @Test("a body runs with the lock held, which is free afterwards, also after an error")
  func withLock() throws {
    let tree = MapleTree()
    #expect(tree.withLock { tree.handle.header.lock.isHeldByCurrentThread })
    #expect(throws: RangeMapError.noSpace) {
      try tree.withLock { () throws(RangeMapError) in throw .noSpace }
    }
    #expect(tree.handle.header.lock.isHeldByCurrentThread == false)
  }

  @Test("plain calls let go of the lock whatever their outcome")
  func plainCalls() throws {
    let tree = MapleTree(configuration: .gaps)
    try tree.store(.value(1), over: KeyRange(0, 9))
    try? tree.insert(.value(1), over: KeyRange(0, 9))
    _ = try? tree.allocateLowest(.value(1), size: 1, in: KeyRange(0, 9))
    try tree.erase(at: 5)
    tree.removeAll()
    #expect(tree.handle.header.lock.isHeldByCurrentThread == false)
  }

  #if DEBUG
    @Test("a cursor's store without the lock stops")
    func cursorStore() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree()
        var cursor = Cursor(tree, at: KeyRange(1, 2))
        try cursor.store(.value(1))
      }
    }

    @Test("a cursor's erase without the lock stops")
    func cursorErase() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree()
        var cursor = Cursor(tree, at: KeyRange(1, 2))
        try cursor.erase()
      }
    }

    @Test("a preparation without the lock stops")
    func preparation() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree()
        var cursor = Cursor(tree, at: KeyRange(1, 2))
        try cursor.prepare(.value(1))
      }
    }

    @Test("bulk mode without the lock stops")
    func bulk() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree()
        var cursor = Cursor(tree, at: KeyRange(1, 2))
        try cursor.beginBulk(expecting: 3)
      }
    }

    @Test("taking the lock twice stops")
    func twice() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree()
        try tree.withLock { () throws(RangeMapError) in try tree.store(.value(1), over: KeyRange(1, 2)) }
      }
    }

    @Test("a write without the external lock stops")
    func externalLock() async {
      await #expect(processExitsWith: .failure) {
        let tree = MapleTree(configuration: MapConfiguration(hasExternalLock: true)) { false }
        try tree.store(.value(1), over: KeyRange(1, 2))
      }
    }

    @Test("duplicating from a tree whose external lock is free stops")
    func duplicateWithoutSourceLock() async {
      await #expect(processExitsWith: .failure) {
        let configuration = MapConfiguration(hasExternalLock: true)
        let source = MapleTree(configuration: configuration) { false }
        try source.duplicate(into: MapleTree(configuration: configuration) { true })
      }
    }

    @Test("the same calls with their locks do not stop, so that the tests above can fail")
    func withLocks() async {
      await #expect(processExitsWith: .success) {
        let tree = MapleTree()
        var cursor = Cursor(tree, at: KeyRange(1, 2))
        try tree.withLock { () throws(RangeMapError) in
          try cursor.store(.value(1))
          try cursor.erase()
          try cursor.prepare(.value(1))
          try cursor.beginBulk(expecting: 3)
          cursor.abandon()
        }
        let configuration = MapConfiguration(hasExternalLock: true)
        let source = MapleTree(configuration: configuration) { true }
        try source.store(.value(1), over: KeyRange(1, 2))
        try source.duplicate(into: MapleTree(configuration: configuration) { true })
      }
    }
  #endif
}
