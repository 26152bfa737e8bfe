import RangeMapCore

/// Counts what the writes of a tree reached: each store kind at each height, tree kind and reader mode, done or refused
/// for want of memory, and each branch of the plans.
struct TreeMarks: ~Copyable {
  private let counts: UnsafeMutablePointer<UInt64>

  /// Heights are told apart below this; all above count as this one.
  private static let tallest = 7
  private static let storeCells = StoreKind.allCases.count * (tallest + 1) * 4 * 2
  private static let cells = storeCells + PlanMark.allCases.count

  init() {
    counts = .allocate(capacity: TreeMarks.cells)
    counts.initialize(repeating: 0, count: TreeMarks.cells)
  }

  consuming func deallocate() { counts.deallocate() }

  @inline(__always)
  func hit(_ mark: PlanMark) { counts[TreeMarks.storeCells + mark.rawValue] &+= 1 }

  func count(_ mark: PlanMark) -> UInt64 { counts[TreeMarks.storeCells + mark.rawValue] }

  @inline(__always)
  func hit(_ kind: StoreKind, height: Int, gaps: Bool, readCopyUpdate: Bool, refused: Bool) {
    let level = min(height, TreeMarks.tallest)
    let mode = (gaps ? 1 : 0) &+ (readCopyUpdate ? 2 : 0)
    counts[TreeMarks.cell(kind, level: level, mode: mode, refused: refused)] &+= 1
  }

  @inline(__always)
  private static func cell(_ kind: StoreKind, level: Int, mode: Int, refused: Bool) -> Int {
    ((Int(kind.rawValue) &* (tallest + 1) &+ level) &* 4 &+ mode) &* 2 &+ (refused ? 1 : 0)
  }

  /// All cells by name, in a fixed order; those that cannot be reached are left out.
  var named: [(name: String, count: UInt64)] {
    var result: [(name: String, count: UInt64)] = []
    for kind in StoreKind.allCases {
      for level in 0...TreeMarks.tallest where kind.canOccur(at: level) {
        for mode in 0..<4 {
          for refused in [0, 1] {
            let tree = mode & 1 == 0 ? "plain" : "gaps"
            let readers = mode & 2 == 0 ? "" : " rcu"
            // Only a node store asks for memory in one mode and not in the other.
            let asks = kind.asksForNodes && (kind != .nodeStore || mode & 2 != 0)
            if refused == 1 && !asks { continue }
            // Nothing is appended where a reader may have the old end in hand.
            if kind == .append && mode & 2 != 0 { continue }
            let name = "store \(kind) height \(level) \(tree)\(readers) \(refused == 0 ? "done" : "refused")"
            result.append((name, counts[TreeMarks.cell(kind, level: level, mode: mode, refused: refused == 1)]))
          }
        }
      }
    }
    for mark in PlanMark.allCases {
      result.append(("plan \(mark)", counts[TreeMarks.storeCells + mark.rawValue]))
    }
    return result
  }
}
