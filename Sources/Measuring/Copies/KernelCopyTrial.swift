import AddressSpaceModel
import KernelFork
import RangeMapCore

/// Forks by two kernels' own code: one that stores the copies one by one, and one that duplicates the tree. No page is
/// touched, so none is copied.
package struct KernelCopyTrial: CopyTrial {
  package let size: Int
  private let before: KernelForkTiming
  private let after: KernelForkTiming

  /// Makes the address space on both machines, which are then in other states than before.
  /// - Complexity: O(n log n).
  package init(size: Int, before: KernelMachine, after: KernelMachine) throws(CopyFault) {
    self.size = size
    self.before = try KernelForkTiming(size, .oneByOne, before)
    self.after = try KernelForkTiming(size, .duplicate, after)
  }

  package var nodesInParent: UInt64 { after.nodesInParent }

  package mutating func run(_ way: CopyWay, checks: Bool) throws(CopyFault) -> CopyCost {
    try (way == .oneByOne ? before : after).run(checks: checks)
  }

  /// What a fork takes, by the kernel's names, in both ways.
  package func objects() throws(CopyFault) -> (oneByOne: [KernelResource: Int], duplicate: [KernelResource: Int]) {
    (try before.objects(), try after.objects())
  }
}

/// An address space of a kernel's machine that is forked again and again.
private final class KernelForkTiming {
  private let machine: KernelMachine
  private let parent: KernelSpace
  private let state: KernelMachine.State
  private let way: CopyWay
  private let size: Int
  let nodesInParent: UInt64

  init(_ size: Int, _ way: CopyWay, _ machine: KernelMachine) throws(CopyFault) {
    (self.machine, self.way, self.size) = (machine, way, size)
    do throws(KernelCallError) {
      try machine.setAreaLimit(UInt64(max(65_530, size + 1)))
      // A reader of each vma, as failures have it, would cost what no fork has.
      try machine.setReaders(false)
      parent = try machine.newSpace()
      machine.beginCounting()
      for place in 0..<size {
        let request = MappingRequest(CopyLayout.range(place), [.readable, .writable])
        try machine.map(request.charged, in: parent, files: [])
      }
      try machine.endGracePeriod()
    } catch {
      throw .refused(way: way, size: size, reason: ([error.description] + machine.warnings).joined(separator: "; "))
    }
    nodesInParent = UInt64(machine.countHeld()[.node] ?? 0)
    state = machine.save()
  }

  /// Forks from the same state, in which the machine is then again.
  func run(checks: Bool) throws(CopyFault) -> CopyCost {
    machine.restore(state)
    if checks { machine.beginCounting() }
    defer { machine.restore(state) }
    let time = ProcessorTime()
    let child: KernelSpace
    do throws(KernelCallError) {
      child = try machine.fork(parent)
    } catch {
      throw .refused(way: way, size: size, reason: "\(error)")
    }
    var cost = CopyCost(
      nanoseconds: time.nanoseconds(), nodeVisits: 0, levelsOfStores: 0, nodesAllocated: 0, nodesInCopy: 0)
    guard checks else { return cost }
    let copied = machine.areas(of: child).count
    if copied != size { throw .differs(way: way, size: size, detail: "it has \(copied) vmas") }
    cost.nodesAllocated = UInt64(machine.countTaken()[.node] ?? 0)
    cost.nodesInCopy = UInt64(machine.countHeld()[.node] ?? 0)
    return cost
  }

  func objects() throws(CopyFault) -> [KernelResource: Int] {
    machine.restore(state)
    defer { machine.restore(state) }
    machine.beginCounting()
    do throws(KernelCallError) { _ = try machine.fork(parent) } catch {
      throw .refused(way: way, size: size, reason: "\(error)")
    }
    return machine.countTaken()
  }
}
