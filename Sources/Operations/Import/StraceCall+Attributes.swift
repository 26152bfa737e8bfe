import RangeMapCore

extension StraceCall {
  /// `mlock`, `mlock2`, `munlock`, `mlockall`, `munlockall`.
  static func locking(_ kind: String, _ arguments: StraceArguments) throws(ScriptError) -> StraceCall? {
    switch (kind, arguments.name) {
    case ("munlockall", _): return .changeAll(MemoryAttributeChange(removing: .locks), later: [])
    case ("mlockall", _):
      let flags = try arguments.flags(0, "flags such as MCL_CURRENT", ["MCL_"])
      let locks: MemoryAttributes = flags.contains("MCL_ONFAULT", 0x8004) ? .locks : .locked
      let isCurrent = flags.contains("MCL_CURRENT", 0x2001)
      return .changeAll(
        isCurrent ? MemoryAttributeChange(removing: .locks, adding: locks) : nil,
        later: flags.contains("MCL_FUTURE", 0x4002) ? locks : [])
    default:
      guard let pages = try arguments.touchedPages() else { return nil }
      var change = MemoryAttributeChange(removing: .locks)
      if arguments.name != "munlock" { change.adding = .locked }
      if arguments.name == "mlock2",
        try arguments.flags(2, "flags such as MLOCK_ONFAULT", ["MLOCK_"]).contains("MLOCK_ONFAULT", 1)
      {
        change.adding = .locks
      }
      return .change(pages, change, reachesDown: false)
    }
  }

  /// `mbind`: two policies are one if they are written alike.
  static func policy(_ arguments: StraceArguments, _ context: inout StraceContext) throws(ScriptError) -> StraceCall? {
    let pages = try arguments.pages(mayBeEmpty: true)
    let mode = try arguments.flags(2, "a mode such as MPOL_BIND", ["MPOL_"])
    guard let pages else { return nil }
    var change = MemoryAttributeChange(removing: .policies)
    if !mode.isOne("MPOL_DEFAULT", 0) {
      let text = try arguments.bytes(2) + [UInt8(ascii: " ")] + (try arguments.bytes(3))
      guard let number = context.policies.number(of: text[...], limit: MemoryAttributes.greatestPolicy) else {
        throw try arguments.argument(2).error("at most \(MemoryAttributes.greatestPolicy) different policies")
      }
      change.adding = .policy(number)
    }
    return .change(pages, change, reachesDown: false)
  }

  /// `prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, ...)`; two names are one if they are written alike.
  static func naming(
    _ arguments: StraceArguments, _ context: inout StraceContext, line: Int
  ) throws(ScriptError) -> StraceCall? {
    let option = try arguments.flags(0, "an option such as PR_SET_VMA", ["PR_"])
    guard option.isOne("PR_SET_VMA", 0x5356_4d41) else {
      let isOther = option.isOne("PR_SET_MM", 35) || option.isOne("PR_SET_MEMORY_MERGE", 67)
      if isOther {
        context.notes.add(.notFollowed, "\(arguments.name)(\(option.names.first ?? "\(option.number)"))", line: line)
      }
      return nil
    }
    guard let pages = try arguments.pages(from: 2, mayBeEmpty: true) else { return nil }
    let text = try arguments.bytes(4)
    var change = MemoryAttributeChange(removing: .names)
    if !text.elementsEqual("NULL".utf8) && !text.elementsEqual("0".utf8) {
      guard let number = context.names.number(of: text, limit: MemoryAttributes.greatestName) else {
        throw try arguments.argument(4).error("at most \(MemoryAttributes.greatestName) different names")
      }
      change.adding = .name(number)
    }
    return .change(pages, change, reachesDown: false)
  }

  /// `shmget`, `shmat`, `shmdt`. A segment is as long as `shmget` says, and a log without it does not tell.
  static func segment(
    _ kind: String, _ arguments: StraceArguments, _ result: ImportReader, _ context: inout StraceContext, line: Int
  ) throws(ScriptError) -> StraceCall? {
    var result = result
    switch kind {
    case "shmget":
      let size = try arguments.read(1) { (reader) throws(ScriptError) in try reader.number("a size") }
      let identifier = try result.number("a segment's number")
      // A segment that is there already may be asked for with a smaller size, or with none.
      context.segments[identifier] = max(size, context.segments[identifier] ?? 0)
      return nil
    case "shmat":
      let identifier = try arguments.read(0) { (reader) throws(ScriptError) in try reader.number("a segment's number") }
      let flags = try arguments.flags(2, "flags such as SHM_RDONLY", ["SHM_"])
      guard let size = context.segments[identifier], size > 0 else {
        context.notes.add(.notFollowed, arguments.name, line: line)
        return nil
      }
      var attributes: MemoryAttributes = [.readable, .shared]
      if !flags.contains("SHM_RDONLY", 0o10000) { attributes.insert(.writable) }
      if flags.contains("SHM_EXEC", 0o100000) { attributes.insert(.executable) }
      return .map(try KeyRange(at: &result, count: MapsImport.pageCount(size)), attributes, filePage: 0)
    default: return .detach(try arguments.page(0))
    }
  }
}
