import RangeMapCore

/// What stands at some place of a tree that should hold vmas.
public enum TreeEntry: Hashable, Sendable {
  case vma(VmaIdentifier)
  /// The marker behind which nothing was duplicated. Kernel: `XA_ZERO_ENTRY`.
  case marker
  /// A word that names nothing.
  case unknown(Entry)
}

extension AddressSpace where Map: ~Copyable {
  /// What an entry of the tree is.
  func interpret(_ entry: Entry) -> TreeEntry {
    if entry.isZero { return .marker }
    guard let vma = VmaIdentifier(entry), vma.place >= 0, vma.place < machine.vmas.count else {
      return .unknown(entry)
    }
    return .vma(vma)
  }

  /// The vma that holds an address, or the first one after it. Kernel: `find_vma()`.
  /// - Complexity: O(log n).
  public func firstVma(endingAfter address: UInt64) -> VmaIdentifier? {
    var index = address
    return tree.find(&index, through: .max).flatMap { VmaIdentifier($0) }
  }

  /// The vma that ends at an address or is the last one before it.
  func lastVma(before address: UInt64) -> VmaIdentifier? {
    if address == 0 { return nil }
    if let entry = tree.load(address - 1) { return VmaIdentifier(entry) }
    return tree.previous(before: address - 1, downTo: 0).flatMap { VmaIdentifier($0) }
  }

  /// All vmas that overlap the addresses from `first` through `last`, ascending.
  public func vmas(from first: UInt64 = 0, through last: UInt64 = .max) -> [VmaIdentifier] {
    var found: [VmaIdentifier] = []
    var index = first
    while let entry = tree.find(&index, through: last) {
      if let vma = VmaIdentifier(entry) { found.append(vma) }
      if index == 0 { break }
    }
    return found
  }

  /// What a teardown meets that goes over the entries from `first` through `last`, as `mas_find()` does.
  ///
  /// - Parameter stopsAtMarker: Whether the marker ends the walk; otherwise it is a fault, and passed over.
  func entriesToTearDown(from first: UInt64 = 0, through last: UInt64, stopsAtMarker: Bool) -> [VmaIdentifier] {
    var found: [VmaIdentifier] = []
    var index = first
    while true {
      let (range, entry) = tree.slot(at: index)
      if range.first > last { break }
      if let entry {
        switch interpret(entry) {
        case .vma(let vma): found.append(vma)
        case .marker:
          if stopsAtMarker { return found }
          machine.fault("the teardown of \(owner) took the marker at \(range) for a vma")
        case .unknown: machine.fault("the teardown of \(owner) took \(entry) at \(range) for a vma")
        }
      }
      if range.last >= last { break }
      index = range.last + 1
    }
    return found
  }

  /// Whether an entry is a vma of this address space, alive, and where it says it is; otherwise what is wrong with it.
  func defect(of entry: Entry, at range: KeyRange) -> String? {
    switch interpret(entry) {
    case .marker: return "the marker at \(range)"
    case .unknown(let entry): return "\(entry) at \(range), which is no vma"
    case .vma(let vma):
      let found = machine[vma]
      if found.isFreed { return "vma \(vma.place) at \(range), which was freed" }
      if found.owner != owner { return "vma \(vma.place) at \(range), which is one of \(found.owner)" }
      if !found.isAttached { return "vma \(vma.place) at \(range), which is detached" }
      if found.range != range { return "vma \(vma.place) at \(range), whose own range is \(found.range)" }
      return nil
    }
  }
}
