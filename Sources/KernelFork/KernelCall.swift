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

  /// The word of the call, as the interface has it.
  package var word: String {
    switch self {
    case .map: "map"
    case .unmap: "unmap"
    case .protect: "protect"
    case .remap: "remap"
    case .setHeapEnd: "brk"
    case .advise: "advise"
    case .setLocked: "lock"
    case .grow: "grow"
    case .touch: "touch"
    case .setPolicy: "set-policy"
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

extension KernelCall: CustomStringConvertible {
  package var description: String {
    func text(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
    let operands =
      switch self {
      case .map(let request):
        "\(request.range) \(request.flags)" + (request.file.map { " file \($0) at \(request.filePage)" } ?? "")
      case .unmap(let range), .touch(let range): "\(range)"
      case .protect(let range, let flags): "\(range) \(flags.isEmpty ? "none" : "\(flags)")"
      case .remap(let range, let length, let start, let flags):
        "\(range) to \(length >> AddressLayout.pageShift) pages" + (start == 0 ? "" : " at \(text(start))")
          + (flags.contains(.dontUnmap) ? " dont-unmap" : "")
      case .setHeapEnd(let address), .grow(let address), .setPolicy(let address): text(address)
      case .advise(let range, let advice): "\(range) \(advice)"
      case .setLocked(let range, let isLocked): "\(range) \(isLocked)"
      }
    return "\(word) \(operands)"
  }
}
