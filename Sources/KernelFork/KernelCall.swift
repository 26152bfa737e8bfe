import AddressSpaceModel
import RangeMapCore

/// A call on a kernel's address space, other than fork.
package enum KernelCall: Hashable, Sendable {
  case map(MappingRequest)
  case unmap(KeyRange)
  case protect(KeyRange, VmaFlags)
  case remap(KeyRange, toLength: UInt64, at: UInt64, RemapFlags)
  case setHeapEnd(UInt64)
  case advise(KeyRange, KernelAdvice)
  case setLocked(KeyRange, Bool)
  case grow(to: UInt64)
  case touch(KeyRange)
  case setPolicy(UInt64)

  /// Whether a failure may leave a part of the work done, by the call's own manual.
  ///
  /// `mprotect()`, `mlock()` and `madvise()` go from area to area, and stop at the first that cannot be. `mremap()` of
  /// several areas does too, and one area that it moves over is gone. So is what `MAP_FIXED` has unmapped already.
  package var isPartial: Bool {
    switch self {
    case .protect, .advise, .setLocked, .touch, .remap, .map: true
    case .unmap, .setHeapEnd, .grow, .setPolicy: false
    }
  }

  func carryOut(in space: KernelSpace, files: [UInt64], on machine: KernelMachine) throws(KernelCallError) {
    switch self {
    case .map(let request): try machine.map(request, in: space, files: files)
    case .unmap(let range): try machine.unmap(range, in: space)
    case .protect(let range, let flags): try machine.protect(range, flags, in: space)
    case .remap(let range, let length, let start, let flags):
      try machine.remap(range, toLength: length, at: start, flags, in: space)
    case .setHeapEnd(let address): try machine.setHeapEnd(address, in: space)
    case .advise(let range, let advice): try machine.advise(range, advice, in: space)
    case .setLocked(let range, let isLocked): try machine.setLocked(range, isLocked, in: space)
    case .grow(let address): try machine.grow(to: address, in: space)
    case .touch(let range): try machine.touch(range, writing: true, in: space)
    case .setPolicy(let address): try machine.setPolicy(at: address, in: space)
    }
  }
}
