import AddressSpaceModel
import CForkABI
import RangeMapCore
import Scenarios

/// How `remap` moves, as `mremap()` has it.
package struct RemapFlags: OptionSet, Hashable, Sendable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package static let mayMove = RemapFlags(rawValue: 1)
  package static let fixed = RemapFlags(rawValue: 2)
  package static let dontUnmap = RemapFlags(rawValue: 4)
}

/// Advice by the number that it has in `madvise()`.
package enum KernelAdvice: Int32, CaseIterable, Hashable, Sendable {
  case sequential = 2
  case normal = 0
  case dontNeed = 4
  case free = 8
  case dontFork = 10
  case doFork = 11
  case dontDump = 16
  case doDump = 17
  case wipeOnFork = 18
  case keepOnFork = 19

  init(_ advice: MemoryAdvice) {
    self =
      switch advice {
      case .normal: .normal
      case .sequential: .sequential
      case .dontNeed: .dontNeed
      case .free: .free
      case .dontFork: .dontFork
      case .doFork: .doFork
      case .dontDump: .dontDump
      case .doDump: .doDump
      case .wipeOnFork: .wipeOnFork
      case .keepOnFork: .keepOnFork
      }
  }
}

extension KernelMachine {
  /// Moves or resizes areas. Kernel: `mremap()`.
  /// - Returns: where they are then.
  @discardableResult
  package func remap(
    _ range: KeyRange, toLength length: UInt64, at newStart: UInt64 = 0, _ flags: RemapFlags, in space: KernelSpace
  ) throws(KernelCallError) -> UInt64 {
    let result = table.pointee.remap(
      space.address, range.first, range.countLessOne + 1, length, flags.rawValue, newStart)
    try check(result)
    return UInt64(result)
  }

  /// Moves the end of the heap, which begins where the first call says. Kernel: `brk()`.
  package func setHeapEnd(_ address: UInt64, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.brk(space.address, address))
  }

  /// Kernel: `madvise()`.
  package func advise(_ range: KeyRange, _ advice: KernelAdvice, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.advise(space.address, range.first, range.countLessOne + 1, advice.rawValue))
  }

  /// Kernel: `mlock()`, `munlock()`.
  package func setLocked(_ range: KeyRange, _ isLocked: Bool, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.lock(space.address, range.first, range.countLessOne + 1, isLocked))
  }

  /// Lets a stack grow down to an address. Kernel: `expand_stack_locked()`.
  package func grow(to address: UInt64, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.grow(space.address, address))
  }

  /// Says whether each vma has a reader while a fork is made, for which the fork waits.
  package func setReaders(_ areThere: Bool) throws(KernelCallError) {
    try check(table.pointee.set_limit(MAPLECHECK_FORK_LIMIT_READERS.rawValue, areThere ? 1 : 0))
  }

  /// Bounds the areas of each address space. Kernel: `vm.max_map_count`.
  package func setAreaLimit(_ count: UInt64) throws(KernelCallError) {
    try check(table.pointee.set_limit(MAPLECHECK_FORK_LIMIT_AREAS.rawValue, count))
  }
}
