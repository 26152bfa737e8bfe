import AddressSpaceModel
import Operations
import RangeMapCore

/// Carries out what a log tells of on real address spaces, one for each process.
public struct TraceReplay<Map: RangeMap & ~Copyable>: ~Copyable {
  /// An address space with an owner of its own, so that it can be held in an array.
  private final class Process {
    var space: AddressSpace<Map>
    init(_ space: consuming AddressSpace<Map>) { self.space = space }
  }

  private var processes: [Process] = []
  private let machine = Machine()
  private let design: ForkDesignName
  private let makeMap: (MapConfiguration) -> Map
  /// Calls that were carried out.
  public private(set) var calls = 0
  /// Forks, and programs that were run.
  public private(set) var forks = 0
  public private(set) var executions = 0
  /// Calls that were refused although the log says that they succeeded, in words.
  public private(set) var refusals: [String] = []
  /// Laws that a fork or an exit broke, in words.
  public private(set) var violations: [String] = []

  /// - Parameter design: How forks are done.
  public init(design: ForkDesignName = .duplicateAndTearDown, makeMap: @escaping (MapConfiguration) -> Map) {
    self.design = design
    self.makeMap = makeMap
  }

  /// The number of address spaces so far.
  public var count: Int { processes.count }

  /// What is inconsistent in any address space, in words.
  public func inconsistencies() -> [String] { processes.flatMap { $0.space.inconsistencies() } + machine.faults }

  /// The layout of an address space as it is now.
  public func layout(of place: Int, name: String) -> ForkLayout {
    ForkLayout(name: name, of: processes[place].space)
  }

  public mutating func apply(_ event: AddressSpaceEvent) {
    calls += 1
    switch event {
    case .appeared:
      processes.append(Process(newSpace()))
    case .forked(let space, _): fork(space)
    case .emptied(let space):
      executions += 1
      processes[space].space.exit(run())
      processes[space] = Process(newSpace(owner: processes[space].space.owner))
    case .mapped(let space, let pages, let attributes, let filePage):
      var request = MappingRequest(TraceReplay.bytes(pages), VmaFlags(attributes))
      if let filePage {
        // A log does not tell which files are the same.
        request.file = machine.newFile()
        request.filePage = filePage
      }
      attempt(event, space) { (space) throws(AddressSpaceError) in try space.map(request) }
    case .unmapped(let space, let pages):
      attempt(event, space) { (space) throws(AddressSpaceError) in try space.unmap(TraceReplay.bytes(pages)) }
    case .changed(let space, let pages, let change):
      attempt(event, space) { (space) throws(AddressSpaceError) in
        try space.advise(
          TraceReplay.bytes(pages), removing: VmaFlags(change.removing), adding: VmaFlags(change.adding))
      }
    case .remapped(let space, let old, let oldCount, let new, let newCount, let keepsOld):
      let request = RemapRequest(
        old: old << 12, oldSize: oldCount << 12, new: new << 12, newSize: newCount << 12, keepsOld: keepsOld)
      attempt(event, space) { (space) throws(AddressSpaceError) in try space.remap(request) }
    }
  }

  private func newSpace(owner: ResourceOwner? = nil) -> AddressSpace<Map> {
    let number = processes.count
    return AddressSpace(
      machine: machine, owner: owner ?? ResourceOwner(number, name: "space \(number)"), makeMap: makeMap)
  }

  private func run() -> ForkRun { ForkRun(ForkOptions(design: design), machine: machine) }

  private mutating func fork(_ space: Int) {
    forks += 1
    let run = run()
    let number = processes.count
    var child = processes[space].space.newChild(owner: ResourceOwner(number, name: "space \(number)"))
    do throws(ForkError) {
      try processes[space].space.fork(into: &child, run)
    } catch {
      refusals.append("fork of space \(space): \(error)")
    }
    violations += run.violations.map(\.description)
    processes.append(Process(child))
  }

  private mutating func attempt(
    _ event: AddressSpaceEvent, _ place: Int,
    _ body: (inout AddressSpace<Map>) throws(AddressSpaceError) -> Void
  ) {
    do throws(AddressSpaceError) {
      try body(&processes[place].space)
    } catch {
      refusals.append("\(event): \(error)")
    }
  }

  static func bytes(_ pages: KeyRange) -> KeyRange {
    KeyRange(
      pages.first << AddressLayout.pageShift,
      pages.last << AddressLayout.pageShift | (AddressLayout.pageSize - 1))
  }
}

extension VmaFlags {
  /// The flags that an imported log's attributes stand for.
  public init(_ attributes: MemoryAttributes) {
    let pairs: [(MemoryAttributes, VmaFlags)] = [
      (.readable, .readable), (.writable, .writable), (.executable, .executable), (.shared, .shared),
      (.noReserve, .noReserve), (.locked, .locked), (.growsDown, .growsDown), (.notInherited, .dontCopy),
      (.wipedOnFork, .wipeOnFork), (.notDumped, .notDumped), (.hugePages, .hugePagesAdvised),
      (.noHugePages, .hugePagesRefused), (.mergeable, .mergeable), (.randomAccess, .randomAccess),
      (.sequentialAccess, .sequentialAccess), (.pooledHugePages, .hugePage),
    ]
    self = VmaFlags(rawValue: attributes.intersection(.marks).rawValue)
    for (attribute, flag) in pairs where attributes.contains(attribute) { insert(flag) }
  }
}
