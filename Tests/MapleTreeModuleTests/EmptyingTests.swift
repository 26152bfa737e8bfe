import RangeMapCore
import Testing

@testable import MapleTreeModule

@Suite("Emptying a tree")
struct EmptyingTests {
  @Test("leaves no node, and the tree as good as new", arguments: MapConfiguration.everyMode)
  func leavesNothing(_ configuration: MapConfiguration) throws {
    let tree = try makeTree(configuration, gappedRanges(300))
    for round in 1...3 {
      tree.removeAll()
      #expect(tree.isEmpty && tree.liveNodes == 0 && tree.handle.header.reachableNodes == 0)
      for range in gappedRanges(300 * UInt64(round)) { try tree.store(.value(range.first), over: range) }
      #expect(tree.brokenLaws() == [])
      #expect(tree.nodes.count == tree.handle.header.reachableNodes)
      #expect(Set(tree.nodes.map(\.node.base)).count == tree.nodes.count)
      #expect(gappedRanges(300).allSatisfy { tree.load($0.last) == .value($0.first) })
    }
  }

  @Test("keeps the nodes that a cursor has in reserve")
  func keepsReserve() throws {
    let tree = try makeTree(.plain, gappedRanges(300))
    var cursor = Cursor(tree, at: KeyRange(0, 5000))
    try tree.withLock { () throws(RangeMapError) in try cursor.prepare(.value(1)) }
    let reserved = cursor.nodesInReserve
    #expect(reserved > 0)
    tree.removeAll()
    #expect(tree.liveNodes == reserved)
    for range in gappedRanges(300) { try tree.store(.value(range.first), over: range) }
    let held = tree.nodes.count
    #expect(tree.liveNodes == held + reserved)
    try tree.withLock { () throws(RangeMapError) in try cursor.storePrepared(.value(1)) }
    #expect(tree.brokenLaws() == [])
    #expect(tree.load(5000) == .value(1))
  }

  @Test("keeps the nodes that a reader may be in")
  func keepsReadersNodes() throws {
    let tree = try makeTree(.readers, gappedRanges(300))
    let leaf = tree.node(at: [0, 0])
    let reader = tree.enterReader()
    tree.removeAll()
    #expect(leaf.node.isDead && tree.retiredNodes > 0)
    for range in gappedRanges(300) { try tree.store(.value(range.first), over: range) }
    #expect(tree.nodes.allSatisfy { $0.node.base != leaf.node.base })
    tree.leaveReader(reader)
  }
}
