/// The nodes that stores ask for under several formulas, and those that they take.
public struct RequestTally: Hashable, Sendable, Encodable {
  /// The formulas, by name.
  public let formulas: [String]
  public private(set) var stores = 0
  /// Nodes asked for, one sum for each formula.
  public private(set) var asked: [Int]
  /// Stores that ask for none.
  public private(set) var storesThatAskForNone: [Int]
  /// Stores that take more than they ask for.
  public private(set) var storesThatFallShort: [Int]
  /// Nodes that the stores took.
  public private(set) var taken = 0
  public private(set) var storesThatTakeNone = 0
  /// Stores by kind.
  public private(set) var kinds: [String: Int] = [:]

  public init(formulas: [String]) {
    self.formulas = formulas
    asked = formulas.map { _ in 0 }
    storesThatAskForNone = asked
    storesThatFallShort = asked
  }

  /// Counts one store.
  /// - Parameter asked: What each formula asks for, in the order of `formulas`.
  public mutating func add(kind: String, asked: [Int], taken: Int) {
    precondition(asked.count == formulas.count, "expected a request for each formula")
    stores += 1
    kinds[kind, default: 0] += 1
    self.taken += taken
    if taken == 0 { storesThatTakeNone += 1 }
    for (place, nodes) in asked.enumerated() {
      self.asked[place] += nodes
      if nodes == 0 { storesThatAskForNone[place] += 1 }
      if nodes < taken { storesThatFallShort[place] += 1 }
    }
  }

  /// A part of all stores, in percent; 0 where there is none.
  public func share(_ part: Int) -> Double { stores == 0 ? 0 : Double(part) * 100 / Double(stores) }
}

/// Where trees report their stores to: the trees of address spaces, and the side trees that unmapping collects vmas in,
/// apart.
///
/// A class, as many trees of one thread share it.
public final class RequestLog {
  public private(set) var spaces: RequestTally
  public private(set) var sideTrees: RequestTally

  public init(formulas: [String]) {
    spaces = RequestTally(formulas: formulas)
    sideTrees = spaces
  }

  /// - Parameter isSpace: Whether the tree is an address space's.
  public func add(isSpace: Bool, kind: String, asked: [Int], taken: Int) {
    if isSpace {
      spaces.add(kind: kind, asked: asked, taken: taken)
    } else {
      sideTrees.add(kind: kind, asked: asked, taken: taken)
    }
  }
}

/// What the stores of one workload ask for and take, on trees that differ in how they carry stores out.
public struct RequestRow: Sendable, Encodable {
  public var workload: String
  /// Calls that were carried out: of a log, or of the heap.
  public var calls = 0
  public var trees: [Tree] = []

  public struct Tree: Sendable, Encodable {
    /// The version whose way it is.
    public var name: String
    public var spaces: RequestTally
    public var sideTrees: RequestTally
  }

  public init(workload: String) { self.workload = workload }

  public mutating func add(tree name: String, _ log: RequestLog) {
    trees.append(Tree(name: name, spaces: log.spaces, sideTrees: log.sideTrees))
  }
}
