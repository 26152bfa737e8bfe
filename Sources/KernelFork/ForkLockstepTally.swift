import AddressSpaceModel
import Harness
import Scenarios

/// What was done in lockstep, and what was left out or differs by its nature.
struct ForkLockstepTally {
  private var counts: [String: UInt64] = [:]

  /// How a call ended.
  enum Call: Equatable {
    case done, refused
    /// It was not made, since a kernel maps the page of zeros, and the model a page of its own.
    case leftOut
    case differs(String)

    var name: String {
      switch self {
      case .done: "done"
      case .refused: "refused"
      case .leftOut: "left out: reads the page of zeros"
      case .differs(let text): text
      }
    }
  }

  /// How a fork ended.
  struct Fork {
    var succeeded = true
    /// The step that failed.
    var failed: FailureKind?
    /// Steps of the model for which the kernel asked for nothing.
    var alone: [FailureKind] = []
    /// The laws that both broke.
    var broken: Set<ForkLaw> = []
    /// What the two differ in; `nil` if they agree.
    var difference: String?
  }

  private mutating func add(_ name: String) { counts[name, default: 0] += 1 }

  mutating func count(_ ending: Call) {
    if case .differs = ending { return }
    add("call: \(ending.name)")
  }

  mutating func count(_ ending: Fork) {
    add("fork: \(ending.succeeded ? "a child lived" : "failed")")
    if let kind = ending.failed {
      add("step \(kind.word): failed in both\(ending.succeeded ? ", and the fork went on" : "")")
    }
    for kind in ending.alone { add("step \(kind.word): the kernel asked for nothing") }
    for law in ending.broken { add("law \(law.rawValue): broken by both") }
  }

  var table: CoverageTable {
    var table = CoverageTable()
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) { table.add(count, to: name) }
    return table
  }
}
