import AddressSpaceModel
import RangeMapCore
import Scenarios

extension ForkOperation.Kind {
  /// Whether a failure may leave a part of the work done: `KernelCall.isPartial`.
  var isPartial: Bool {
    switch self {
    case .vma, .touch, .protect, .remap, .lock, .unlock, .advise: true
    case .pin, .unmap, .fork, .swap, .brk, .grow, .limit: false
    }
  }

  /// The word of the call, as the interface has it.
  var call: String {
    switch self {
    case .vma: "map"
    case .unlock: "lock"
    default: "\(self)"
    }
  }
}

extension ForkOperation {
  /// Whether the laws are checked after the call, and not only the kernel's own checks.
  var isChecked: Bool {
    switch kind {
    case .vma, .touch: isTried
    case .pin, .swap, .limit, .fork: false
    case .unmap, .protect, .remap, .brk, .grow, .lock, .unlock, .advise: true
    }
  }

  /// Carries out a call that is no fork; false if it was refused.
  func isMade(
    in space: KernelSpace, files: [UInt64], on machine: KernelMachine
  ) throws(KernelCallError) -> Bool {
    do throws(KernelCallError) {
      try prepare(space, files: files, on: machine)
      return true
    } catch {
      if error == .ended { throw error }
      return false
    }
  }

  func prepare(_ space: KernelSpace, files: [UInt64], on machine: KernelMachine) throws(KernelCallError) {
    let range = request.range
    switch kind {
    case .vma:
      // No caller of mmap() can ask for VM_ACCOUNT: if the call is checked, the kernel alone decides what it charges.
      var asked = request.charged
      if isTried { asked.flags.remove(.accounted) }
      try machine.map(asked, in: space, files: files)
      if request.flags.contains(.userfault) { try machine.watch(range, in: space) }
      if hasPolicy { try machine.setPolicy(at: range.first, in: space) }
    case .touch: try machine.touch(range, order: order, in: space)
    case .pin: try machine.pin(address, in: space)
    case .swap: try machine.swapOut(range, fills: isFull, in: space)
    case .unmap: try machine.unmap(range, in: space)
    case .protect: try machine.protect(range, request.flags, in: space)
    case .remap:
      let size = size == 0 ? range.countLessOne + 1 : size
      // What goes to its own start stays.
      let flags: RemapFlags = target == range.first && !keepsOld ? [] : [.mayMove, .fixed]
      try machine.remap(
        range, toLength: size, at: target, keepsOld ? flags.union(.dontUnmap) : flags, in: space)
    case .brk: try machine.setHeapEnd(address, in: space)
    case .grow: try machine.grow(to: address, in: space)
    case .lock, .unlock: try machine.setLocked(range, kind == .lock, in: space)
    case .advise: try machine.advise(range, KernelAdvice(advice), in: space)
    case .limit: try machine.setAreaLimit(UInt64(areaLimit))
    case .fork: break
    }
  }
}

extension MappingRequest {
  /// The request as do_mmap() charges it. Kernel: `accountable_mapping()`.
  package var charged: MappingRequest {
    var request = self
    if flags.contains(.writable) && flags.isDisjoint(with: [.shared, .noReserve, .hugePage]) {
      request.flags.insert(.accounted)
    }
    return request
  }
}
