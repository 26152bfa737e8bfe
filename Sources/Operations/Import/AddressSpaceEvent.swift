import RangeMapCore

/// Something that happened to an address space while a log was made. Address spaces are numbered from 0 in the order in
/// which they appear; ranges are page numbers, as in scripts.
public enum AddressSpaceEvent: Hashable, Sendable {
  /// A process appears whose address space nobody has told of: it is empty.
  case appeared(space: Int)
  /// Kernel: `fork()`, in each of its forms that copy memory.
  case forked(space: Int, child: Int)
  /// The process runs another program in the same address space, now empty. Kernel: `exec_mmap()`.
  case emptied(space: Int)
  /// Pages are mapped, in the stead of what is there; `filePage` is nil for private memory without a file.
  case mapped(space: Int, KeyRange, MemoryAttributes, filePage: UInt64?)
  case unmapped(space: Int, KeyRange)
  case changed(space: Int, KeyRange, MemoryAttributeChange)
  /// A mapping moves, grows or shrinks; addresses and counts are in pages.
  case remapped(space: Int, from: UInt64, oldCount: UInt64, to: UInt64, newCount: UInt64, keepsOld: Bool)
}

extension StraceImport {
  /// Reads a log as the events of its address spaces, in the order in which they took effect.
  /// - Throws: `ScriptError` for the first line that cannot be read.
  public static func events(from bytes: [UInt8], file: String) throws(ScriptError) -> [AddressSpaceEvent] {
    let log = try StraceLog(bytes, file: file)
    var replay = StraceReplay()
    replay.history = []
    for event in log.events { replay.apply(event) }
    return replay.history ?? []
  }
}
