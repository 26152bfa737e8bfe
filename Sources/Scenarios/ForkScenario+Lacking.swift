import AddressSpaceModel
import RangeMapCore

extension ForkScenario {
  /// What a scenario names and a machine has not, in the order of the lines, and how many lines name it.
  public struct Lacking {
    public private(set) var list: [(name: String, count: UInt64)] = []

    public init() {}

    public mutating func add(_ name: String) {
      let place = list.firstIndex { $0.name == name } ?? list.count
      if place == list.count { list.append((name, 0)) }
      list[place].count += 1
    }
  }

  /// What the scenario names and the model has not.
  public var lackedByModel: [(name: String, count: UInt64)] {
    var lacking = Lacking()
    for operation in operations {
      if !operation.isOfModel { lacking.add(operation.nameOfCall) }
      guard let observer = operation.trial.observation?.observer else {
        if !operation.isFork, operation.trial.failure.steps == .nodeRequests { lacking.add("node-request in a call") }
        continue
      }
      if !operation.isFork {
        lacking.add("observer of a call")
      } else if !ForkObserver.ofModel.contains(observer) {
        lacking.add("observer \(observer.rawValue)")
      }
    }
    return lacking.list
  }

  public static func lines(_ count: UInt64) -> String { count == 1 ? "1 line" : "\(count) lines" }
}

extension ForkOperation {
  /// Whether the model has the call.
  var isOfModel: Bool {
    switch kind {
    case .vma, .touch, .pin, .unmap, .protect, .fork, .swap, .remap, .lock, .unlock, .limit: true
    case .advise: advice.change != nil
    case .brk, .grow: false
    }
  }

  /// What it is called if it is lacked.
  public var nameOfCall: String { kind == .advise ? "advice \(advice.rawValue)" : "call \(kind)" }

  /// What a `remap` asks for; `nil` if it can be no request.
  public var remapRequest: RemapRequest? {
    let pageMask = AddressLayout.pageSize - 1
    let oldSize = request.range.countLessOne + 1
    let newSize = size == 0 ? oldSize : (size + pageMask) & ~pageMask
    guard target & pageMask == 0, !keepsOld || newSize == oldSize && target != request.range.first else { return nil }
    return RemapRequest(
      old: request.range.first, oldSize: oldSize, new: target, newSize: newSize, keepsOld: keepsOld)
  }
}

extension MemoryAdvice {
  /// The flags of areas that it changes; `nil` if it is of pages.
  package var change: (removing: VmaFlags, adding: VmaFlags)? {
    switch self {
    case .normal: ([.randomAccess, .sequentialAccess], [])
    case .sequential: (.randomAccess, .sequentialAccess)
    case .dontFork: ([], .dontCopy)
    case .doFork: (.dontCopy, [])
    case .dontDump: ([], .notDumped)
    case .doDump: (.notDumped, [])
    case .wipeOnFork: ([], .wipeOnFork)
    case .keepOnFork: (.wipeOnFork, [])
    case .dontNeed, .free: nil
    }
  }
}
