import RangeMapCore
import Testing

@testable import MapleTreeModule

/// A defect put into a tree by hand, which one law and no other must report.
struct SeededDefect: Sendable, CustomTestStringConvertible {
  var law: TreeLaw
  var name: String
  /// The tree that it is put into.
  var configuration = MapConfiguration.plain
  var ranges = gappedRanges(40)
  /// Breaks the law.
  var breakLaw: @Sendable (borrowing MapleTree) -> Void

  var testDescription: String { "\(law.rawValue): \(name)" }
}

extension MapleTree {
  /// What a tree's nodes, root and height are, to put them back after a defect.
  struct Image {
    var rootWord: UInt64
    var height: Int
    var nodes: [(base: UnsafeMutableRawPointer, words: [UInt64])]
  }

  func takeImage() -> Image {
    Image(
      rootWord: handle.rootWord, height: height,
      nodes: nodes.map { found in
        (found.node.base, stride(from: 0, to: Node.byteCount, by: 8).map { found.node.word(at: $0) })
      })
  }

  func restore(_ image: Image) {
    handle.setRootWord(image.rootWord)
    handle.header.height = image.height
    for (base, words) in image.nodes {
      for (index, word) in words.enumerated() { base.storeBytes(of: word, toByteOffset: 8 * index, as: UInt64.self) }
    }
  }

  /// Takes a node from the pool that nothing in the tree knows of yet.
  func takeLooseNode(_ kind: NodeKind) -> Node {
    var reserve = NodeReserve()
    _ = handle.header.pool.request(1, into: &reserve)
    return Node(base: reserve.takeZeroed(), kind: kind, in: handle.header.geometry)
  }

  /// Fills a loose node of a tree that does not track gaps: words with their highest indices, the last one the node's.
  func fill(_ node: Node, _ items: [(word: UInt64, last: UInt64)]) {
    for (index, item) in items.enumerated() {
      node.setSlot(index, item.word)
      if index < node.pivotCount { node.setPivot(index, item.last) }
      if !node.isLeaf {
        handle.node(node.child(index)).setParent(ParentLink(parent: node.base, slot: index))
      }
    }
    if items.count < node.slotCount { node.setMetadata(end: items.count - 1) }
  }

  /// Makes a node that was built by hand the root.
  func hang(_ root: Node, height: Int) {
    root.setParent(handle.rootLink)
    handle.setRootWord(root.reference.rootWord)
    handle.header.height = height
    handle.header.reachableNodes = nodes.count
  }
}

extension SeededDefect {
  /// Defects in trees that were built by stores.
  static let inBuiltTrees: [SeededDefect] = [
    SeededDefect(law: .heightRecorded, name: "one too many") { $0.handle.header.height += 1 },
    SeededDefect(law: .pivotsAscend, name: "two equal pivots in a leaf") { tree in
      let leaf = tree.node(at: [0]).node
      leaf.setPivot(3, leaf.pivot(2))
    },
    SeededDefect(law: .pivotsAscend, name: "a pivot behind the node's range") { tree in
      tree.node(at: [0]).node.setPivot(3, 10_000)
    },
    SeededDefect(law: .pivotsAscend, name: "a pivot other than the first is 0") { tree in
      tree.node(at: [0]).node.setPivot(5, 0)
    },
    SeededDefect(law: .endReachesMaximum, name: "the last pivot of the right-most leaf is short") { tree in
      let leaf = tree.node(at: [tree.node(at: []).end])
      leaf.node.setPivot(leaf.end, .max - 1)
    },
    SeededDefect(law: .unusedIsEmpty, name: "a word behind the end") { tree in
      let leaf = tree.node(at: [tree.node(at: []).end])
      leaf.node.setSlot(leaf.end + 1, 5)
    },
    SeededDefect(law: .unusedIsEmpty, name: "a pivot behind the end") { tree in
      let leaf = tree.node(at: [tree.node(at: []).end])
      leaf.node.setPivot(leaf.end + 2, 5)
    },
    SeededDefect(law: .unusedIsEmpty, name: "a child behind the end of an internal node") { tree in
      let root = tree.node(at: [])
      root.node.setSlot(root.end + 1, 5)
    },
    SeededDefect(law: .parentsNamed, name: "a child names another slot") { tree in
      let root = tree.node(at: []).node
      tree.node(at: [2]).node.setParent(ParentLink(parent: root.base, slot: 1))
    },
    SeededDefect(law: .parentsNamed, name: "a child names another parent") { tree in
      tree.node(at: [2]).node.setParent(ParentLink(parent: tree.node(at: [1]).node.base, slot: 2))
    },
    SeededDefect(law: .parentsNamed, name: "the root names a parent") { tree in
      tree.node(at: []).node.setParent(ParentLink(parent: tree.node(at: [1]).node.base, slot: 0))
    },
    SeededDefect(law: .nullsJoined, name: "an entry between two NULLs became NULL") { tree in
      tree.node(at: [0]).node.setSlot(4, 0)
    },
    SeededDefect(law: .leafEndsInEntry, name: "the last entry of the first leaf became NULL", ranges: singles(60)) {
      tree in
      let leaf = tree.node(at: [0])
      leaf.node.setSlot(leaf.end, 0)
    },
    SeededDefect(law: .sufficientlyFilled, name: "a leaf of three entries", ranges: singles(60)) { tree in
      let leaf = tree.node(at: [1])
      for index in 2..<leaf.node.slotCount {
        leaf.node.setSlot(index, 0)
        if index < leaf.node.pivotCount { leaf.node.setPivot(index, 0) }
      }
      leaf.node.setSlot(2, Entry.value(1).word)
      leaf.node.setPivot(2, leaf.range.last)
      leaf.node.setMetadata(end: 2)
    },
    // The mark of a dead node is its parent word, so that any other node than the root would break `parentsNamed` too.
    SeededDefect(law: .noDeadNode, name: "the root is dead") { tree in
      let root = tree.node(at: []).node
      root.setParent(ParentLink(tree: root.base))
    },
    SeededDefect(law: .gapsAgree, name: "a gap is too long", configuration: .gaps) { tree in
      let root = tree.node(at: []).node
      root.setGap(0, root.gap(0) + 1)
    },
    SeededDefect(law: .gapsAgree, name: "the recorded slot is not that of the greatest gap", configuration: .gaps) {
      tree in
      let root = tree.node(at: [])
      root.node.setMetadata(end: root.end, greatestGapSlot: 0)
    },
    SeededDefect(law: .gapsAgree, name: "the recorded slot is behind the end", configuration: .gaps) { tree in
      let root = tree.node(at: [])
      root.node.setMetadata(end: root.end, greatestGapSlot: root.end + 1)
    },
    SeededDefect(law: .gapsAgree, name: "a gap behind the end", configuration: .gaps) { tree in
      let root = tree.node(at: [])
      root.node.setGap(root.end + 1, 1)
    },
  ]
}

@Suite("Laws")
struct LawTests {
  @Test("report a seeded defect, and only theirs", arguments: SeededDefect.inBuiltTrees)
  func builtTrees(_ defect: SeededDefect) throws {
    let tree = try makeTree(defect.configuration, defect.ranges)
    #expect(tree.brokenLaws() == [])
    #expect(tree.height >= 2)
    let image = tree.takeImage()
    let before = tree.fingerprint()
    defect.breakLaw(tree)
    #expect(Set(tree.brokenLaws().map(\.law)) == [defect.law])
    #expect(tree.fingerprint() != before, "a fingerprint sees every bit")
    tree.restore(image)
    #expect(tree.fingerprint() == before)
    #expect(tree.brokenLaws() == [])
  }

  @Test("leaves at one depth: a leaf beside an internal node")
  func leavesAtOneDepth() {
    let tree = MapleTree(configuration: .tiny)
    let leaves = (0..<3).map { _ in tree.takeLooseNode(.leaf) }
    tree.fill(leaves[0], [(5, 4), (9, 9)])
    tree.fill(leaves[1], [(5, 14), (9, 19)])
    tree.fill(leaves[2], [(5, 24), (9, .max)])
    let inner = tree.takeLooseNode(.range)
    tree.fill(inner, [(leaves[1].reference.word, 19), (leaves[2].reference.word, .max)])
    let root = tree.takeLooseNode(.range)
    tree.fill(root, [(leaves[0].reference.word, 9), (inner.reference.word, .max)])
    tree.hang(root, height: 2)
    #expect(Set(tree.brokenLaws().map(\.law)) == [.leavesAtOneDepth])
  }

  @Test("children present: a slot without a child")
  func childrenPresent() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let image = tree.takeImage()
    let leaf = tree.node(at: [1]).node
    tree.handle.header.pool.giveBack(leaf.base)
    tree.handle.header.reachableNodes -= 1
    tree.node(at: []).node.setSlot(1, 0)
    #expect(tree.brokenLaws().map(\.law) == [.childrenPresent])
    #expect(tree.takeLooseNode(.leaf).base == leaf.base)
    tree.handle.header.reachableNodes += 1
    tree.restore(image)
    #expect(tree.brokenLaws() == [])
  }

  @Test("root useful: a leaf of one NULL, and an internal root of one child")
  func rootUseful() {
    let tree = MapleTree()
    let leaf = tree.takeLooseNode(.leaf)
    tree.fill(leaf, [(0, .max)])
    tree.hang(leaf, height: 1)
    #expect(tree.brokenLaws().map(\.law) == [.rootUseful])
    tree.fill(leaf, [(5, 7), (9, .max)])
    #expect(tree.brokenLaws() == [])
    let root = tree.takeLooseNode(.range)
    tree.fill(root, [(leaf.reference.word, .max)])
    tree.hang(root, height: 2)
    #expect(tree.brokenLaws().map(\.law) == [.rootUseful])
  }

  @Test("nodes accounted: a node that nothing knows of, or one too few")
  func nodesAccounted() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let loose = tree.takeLooseNode(.leaf)
    #expect(tree.brokenLaws().map(\.law) == [.nodesAccounted])
    #expect(tree.brokenLaws(nodesInReserve: 1) == [])
    tree.handle.header.pool.giveBack(loose.base)
    #expect(tree.brokenLaws(nodesInReserve: 1).map(\.law) == [.nodesAccounted])
    #expect(tree.brokenLaws() == [])
    // By this number a tree is emptied without a look at its nodes.
    tree.handle.header.reachableNodes -= 1
    #expect(tree.brokenLaws().map(\.law) == [.nodesAccounted])
    tree.handle.header.reachableNodes += 1
  }

  @Test("each has a seeded defect")
  func allCovered() {
    let byHand: Set<TreeLaw> = [.leavesAtOneDepth, .childrenPresent, .rootUseful, .nodesAccounted]
    #expect(byHand.union(SeededDefect.inBuiltTrees.map(\.law)) == Set(TreeLaw.allCases))
  }

  @Test("name the node that broke them")
  func details() throws {
    let tree = try makeTree(.plain, gappedRanges(40))
    let image = tree.takeImage()
    tree.node(at: [0]).node.setSlot(4, 0)
    let broken = try #require(tree.brokenLaws().first)
    #expect(broken.description.contains("NULLs joined"))
    #expect(broken.description.contains("depth 2"))
    #expect(broken.description.contains("0x0..."))
    tree.restore(image)
  }
}
