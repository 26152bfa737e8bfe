import AddressSpaceModel
import RangeMapCore
import Scenarios

/// Forks of an address space of the model, with all that is done for each vma. No page is touched, so none is copied.
public struct SpaceCopyTrial<Map: RangeMap & ~Copyable>: ~Copyable, CopyTrial {
  public let size: Int
  private var parent: AddressSpace<Map>
  private let before: MachineSnapshot

  /// Makes the address space.
  /// - Complexity: O(n log n).
  public init(size: Int, makeMap: @escaping (MapConfiguration) -> Map) throws(CopyFault) {
    self.size = size
    let layout = ForkLayout(
      name: "plain \(size)",
      mappings: (0..<size).map { MappingRequest(CopyLayout.range($0), [.readable, .writable]) }, touched: [])
    do throws(AddressSpaceError) {
      parent = try layout.makeSpace(makeMap: makeMap)
    } catch {
      throw .refused(way: .oneByOne, size: size, reason: "\(error)")
    }
    before = parent.machine.snapshot()
  }

  public var nodesInParent: UInt64 { parent.tree.counters.liveNodes }

  public mutating func run(_ way: CopyWay, checks: Bool = false) throws(CopyFault) -> CopyCost {
    let design: ForkDesignName = way == .oneByOne ? .oneByOne : .duplicateAndTearDown
    let run = ForkRun(ForkOptions(design: design), machine: parent.machine)
    var child = parent.newChild()
    let visits = parent.tree.counters.nodeVisits
    let time = ProcessorTime()
    do throws(ForkError) {
      try parent.fork(into: &child, run)
    } catch {
      throw .refused(way: way, size: size, reason: "\(error)")
    }
    let nanoseconds = time.nanoseconds()
    let cost = CopyCost(
      nanoseconds: nanoseconds,
      nodeVisits: parent.tree.counters.nodeVisits - visits + child.tree.counters.nodeVisits,
      levelsOfStores: child.tree.counters.levelsOfStores,
      nodesAllocated: child.tree.counters.nodesAllocated, nodesInCopy: child.tree.counters.liveNodes)
    if checks, child.counters.mapCount != size {
      throw .differs(way: way, size: size, detail: "it counts \(child.counters.mapCount) vmas")
    }
    child.exit(run)
    if checks, let fault = parent.machine.faults.first ?? parent.inconsistencies().first {
      throw .differs(way: way, size: size, detail: fault)
    }
    parent.machine.forgetObjects(since: before)
    return cost
  }
}
