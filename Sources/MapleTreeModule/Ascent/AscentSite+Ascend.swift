import RangeMapCore

/// What a store that changes several levels does with a level that does not come out right.
package enum AscentKind: Hashable, Sendable {
  /// A level that is too full shares with a sibling that has room. Kernel: `mas_split()`; `split_data()` of 7.3.
  case split
  /// A leaf that keeps too little joins its sibling, the next one if there is one. Kernel: `mas_rebalance()`;
  /// `rebalance_data()` of 7.3.
  case rebalance
  /// A level that keeps too little joins the nearest node, whoever its parent is. Kernel:
  /// `mas_spanning_rebalance()`; `spanning_data()` of 7.3.
  case spanning
}

/// The way up: level by level, until the tree is whole again.
extension AscentSite {
  /// Carries a store over several levels out.
  ///
  /// - Parameter count: the items of the leaf, or of the two leaves at the ends, with the store.
  @inline(__always)
  package mutating func ascend(_ kind: AscentKind, leafLevel: Int, count: Number, in domain: inout Domain) {
    var level = leafLevel
    var count = count
    if kind == .rebalance && rebuildRule != .copiedByLevel {
      count = joinSibling(leafLevel: leafLevel, count: count, in: &domain)
    }
    while true {
      let built =
        switch (rebuildRule, kind) {
        case (.copiedByLevel, _): copyLevel(kind, leafLevel: leafLevel, level: level, count: count, in: &domain)
        case (_, .split): splitLevel(leafLevel: leafLevel, level: level, count: count, in: &domain)
        case (_, _): rebuildLevel(leafLevel: leafLevel, level: level, count: count, in: &domain)
        }
      guard let built else { return }
      level -= 1
      count = joinedCount(level: level, built: Number(built), in: &domain)
      joinParents(level, count: count, in: &domain)
    }
  }

  /// The items of a level if `built` nodes stand in the place of the old ones below.
  @inline(__always)
  package func joinedCount(level: Int, built: Number, in domain: inout Domain) -> Number {
    let before = slot(.left, level, in: &domain)
    let behind = end(.right, level, in: &domain) - slot(.right, level, in: &domain)
    return before + built + behind
  }

  /// The sibling that has room, as `hasRoom` says by the sibling's last used slot: the left one if both have it.
  @inline(__always)
  mutating func siblingWithRoom(
    level: Int, in domain: inout Domain, _ hasRoom: (Self, _ siblingEnd: Number, inout Domain) -> Truth
  ) -> Side? {
    let slot = slot(.left, level - 1, in: &domain)
    if domain.decide(slot .> 0) {
      let leftEnd = siblingEnd(.left, of: level, in: &domain)
      if domain.decide(hasRoom(self, leftEnd, &domain)) { return .left }
    }
    let end = end(.left, level - 1, in: &domain)
    guard domain.decide(slot .< end) else { return nil }
    let rightEnd = siblingEnd(.right, of: level, in: &domain)
    return domain.decide(hasRoom(self, rightEnd, &domain)) ? .right : nil
  }

  /// Builds one, two or three nodes of the items, and returns how many.
  @inline(__always)
  mutating func build(_ division: Division<Number>, level: Int, count: Number, in domain: inout Domain) -> Int {
    switch division {
    case .one:
      mark(.dividedIntoOne)
      build(level, from: 0, through: count - 1, in: &domain)
      return 1
    case .two(let cut):
      mark(.dividedIntoTwo)
      buildTwo(level: level, count: count, cut: cut, in: &domain)
      return 2
    case .three(let cut, let second):
      mark(.dividedIntoThree)
      if let moved = cut.moved { mark(moved) }
      if let moved = second.moved { mark(moved) }
      build(level, from: 0, through: cut.last, in: &domain)
      build(level, from: cut.last + 1, through: second.last, in: &domain)
      build(level, from: second.last + 1, through: count - 1, in: &domain)
      return 3
    }
  }

  /// Builds the two nodes that a cut makes.
  @inline(__always)
  mutating func buildTwo(level: Int, count: Number, cut: Cut<Number>, in domain: inout Domain) {
    if let moved = cut.moved { mark(moved) }
    build(level, from: 0, through: cut.last, in: &domain)
    build(level, from: cut.last + 1, through: count - 1, in: &domain)
  }
}
