import AddressSpaceModel
import CForkABI
import RangeMapCore

/// An address space of a kernel's machine. Kernel: `struct mm_struct`.
package struct KernelSpace: Hashable, Sendable {
  package let address: UInt64
}

/// Why a kernel's call did not succeed.
package enum KernelCallError: Error, Hashable, Sendable {
  /// The kernel's error number, such as 12 for `ENOMEM`.
  case refused(Int32)
  /// The kernel's code cannot go on. The machine's warnings say why, and it must go back to a state.
  case ended
}

extension KernelCallError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .refused(let number): "the kernel's error \(number)"
    case .ended: "the kernel's code cannot go on"
    }
  }
}

extension KernelMachine {
  func check(_ result: Int64) throws(KernelCallError) {
    if result == Int64(MAPLECHECK_FORK_ENDED) { throw .ended }
    if result < 0 { throw .refused(Int32(truncatingIfNeeded: -result)) }
  }

  /// Makes an empty address space.
  package func newSpace() throws(KernelCallError) -> KernelSpace {
    var address: UInt64 = 0
    try check(table.pointee.new_space(&address))
    return KernelSpace(address: address)
  }

  /// Makes a file that can be mapped.
  package func newFile() throws(KernelCallError) -> UInt64 {
    var file: UInt64 = 0
    try check(table.pointee.new_file(&file))
    return file
  }

  /// Maps memory where it is wanted, in the place of what was there. Kernel: `mmap_region()`.
  package func map(_ request: MappingRequest, in space: KernelSpace, files: [UInt64]) throws(KernelCallError) {
    let range = request.range
    try check(
      table.pointee.map(
        space.address, range.first, range.countLessOne + 1, request.flags.kernelFlags,
        request.file.map { files[$0] } ?? 0, request.filePage))
  }

  package func unmap(_ range: KeyRange, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.unmap(space.address, range.first, range.countLessOne + 1))
  }

  package func protect(_ range: KeyRange, _ flags: VmaFlags, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.protect(space.address, range.first, range.countLessOne + 1, flags.kernelFlags))
  }

  /// Gives the vma at an address a memory policy of its own. Kernel: `mbind()`.
  package func setPolicy(at address: UInt64, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.set_policy(space.address, address))
  }

  /// Lets a userfaultfd of its own watch a range, and hear of forks. Kernel: `userfaultfd_register()`.
  package func watch(_ range: KeyRange, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.watch(space.address, range.first, range.countLessOne + 1))
  }

  /// Reads or writes each page of a range by the kernel's fault handler.
  /// - Parameter order: what is missing comes in folios of 2 to the power of so many pages, if they fit.
  package func touch(
    _ range: KeyRange, writing: Bool, order: Int = 0, in space: KernelSpace
  ) throws(KernelCallError) {
    let size = AddressLayout.pageSize << UInt64(order)
    var address = range.first
    while true {
      let fits =
        order > 0 && address % size == 0 && range.last - address >= size - 1
        && isEmpty(KeyRange(address, address + size - 1), in: space)
      try check(table.pointee.touch(space.address, address, writing, fits ? UInt32(order) : 0))
      // The kernel may have found that it does not fit the area.
      let step = fits && page(at: address, in: space)?.order == order ? size : AddressLayout.pageSize
      if range.last - address < step { return }
      address += step
    }
  }

  /// Writes to each page of a range in areas that allow it, and reads the others.
  package func touch(_ range: KeyRange, order: Int, in space: KernelSpace) throws(KernelCallError) {
    let areas = areas(of: space)
    var rest = range
    while true {
      guard let area = areas.first(where: { $0.range.contains(rest.first) }) else { throw .refused(14) }
      let part = KeyRange(rest.first, min(rest.last, area.range.last))
      try touch(part, writing: area.flags.contains(.writable), order: order, in: space)
      if part.last == range.last { return }
      rest.first = part.last + 1
    }
  }

  private func isEmpty(_ range: KeyRange, in space: KernelSpace) -> Bool {
    stride(from: range.first, through: range.last, by: Int(AddressLayout.pageSize)).allSatisfy {
      page(at: $0, in: space) == nil
    }
  }

  /// Pins the page at an address, as a device does that reads or writes it.
  package func pin(_ address: UInt64, in space: KernelSpace) throws(KernelCallError) {
    try check(table.pointee.pin(space.address, address))
  }

  /// Takes pages of private memory out to swap, from all who map them. A page that cannot be taken stays. Kernel:
  /// `try_to_unmap()`, as reclaim calls it.
  /// - Parameter fills: so many others then refer to each slot that one more reference needs memory to count it.
  /// - Complexity: O(areas + page tables).
  package func swapOut(_ range: KeyRange, fills: Bool = false, in space: KernelSpace) throws(KernelCallError) {
    let areas = areas(of: space).compactMap { area -> KernelArea? in
      var area = area
      guard area.range.first <= range.last, range.first <= area.range.last else { return nil }
      area.range = KeyRange(max(area.range.first, range.first), min(area.range.last, range.last))
      return area
    }
    for (address, page) in pages(of: space, areas) where page.isPresent {
      do throws(KernelCallError) {
        try check(table.pointee.swap_out(space.address, address, fills))
      } catch .refused { continue }
    }
  }

  /// Duplicates an address space as fork does. Kernel: `dup_mm()`.
  package func fork(_ space: KernelSpace) throws(KernelCallError) -> KernelSpace {
    var child: UInt64 = 0
    try check(table.pointee.fork(space.address, &child))
    return KernelSpace(address: child)
  }

  /// Gives back a user of an address space; the last one tears it down. Kernel: `mmput()`.
  package func put(_ space: KernelSpace) throws(KernelCallError) { try check(table.pointee.put(space.address)) }

  /// All readers leave, and what waits for them is freed. Kernel: `synchronize_rcu()`.
  package func endGracePeriod() throws(KernelCallError) { try check(table.pointee.grace_period()) }

  /// Warns of objects that were written to after they were freed.
  /// - Complexity: O(memory in use).
  func checkFreedObjects() { _ = table.pointee.check() }

  /// Pages charged against the limit of committed memory.
  package var committedPages: Int64 { table.pointee.committed() }

  /// The references to a file. Kernel: `file_ref_read()`.
  package func references(ofFile file: UInt64) -> Int64 { table.pointee.file_references(file) }

  /// Lets somebody look at an address space, at an address in it, or at a file.
  /// - Returns: whether it could, for a lock may not be had.
  func observe(
    _ observer: maplecheck_fork_observer, _ object: UInt64, at address: UInt64 = 0
  ) throws(KernelCallError) -> Bool {
    let result = table.pointee.observe(observer.rawValue, object, address)
    if result == Int64(MAPLECHECK_FORK_BUSY) { return false }
    try check(result)
    return true
  }
}

extension VmaFlags {
  private static let pairs: [(VmaFlags, maplecheck_fork_flags)] = [
    (.readable, MAPLECHECK_FORK_READ), (.writable, MAPLECHECK_FORK_WRITE), (.executable, MAPLECHECK_FORK_EXECUTE),
    (.shared, MAPLECHECK_FORK_SHARED), (.dontCopy, MAPLECHECK_FORK_DONT_COPY),
    (.wipeOnFork, MAPLECHECK_FORK_WIPE_ON_FORK), (.accounted, MAPLECHECK_FORK_ACCOUNT),
    (.locked, MAPLECHECK_FORK_LOCKED), (.growsDown, MAPLECHECK_FORK_GROWS_DOWN),
    (.userfault, MAPLECHECK_FORK_WATCHED),
  ]

  /// What the interface has of the flags.
  static let known = VmaFlags(pairs.map(\.0))

  var kernelFlags: UInt32 { VmaFlags.pairs.reduce(0) { contains($1.0) ? $0 | $1.1.rawValue : $0 } }

  init(kernelFlags: UInt32) {
    self = VmaFlags(VmaFlags.pairs.filter { kernelFlags & $0.1.rawValue != 0 }.map(\.0))
  }
}
