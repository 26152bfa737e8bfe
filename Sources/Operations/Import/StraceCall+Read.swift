import RangeMapCore

extension StraceCall {
  /// Reads a call from its name on.
  ///
  /// - Returns: nil for a call that was not made or changes no area that is followed.
  /// - Throws: `ScriptError` where the line is not a call's, or has arguments that a successful call cannot have.
  init?(_ text: ImportText, _ context: inout StraceContext) throws(ScriptError) {
    var reader = ImportReader(text)
    let name = reader.callName()
    guard let kind = StraceCall.kind(of: name), StraceCall.mayMatter(kind, text) else { return nil }
    if kind == "exit_group" {
      self = .exit
      return
    }
    let arguments = try StraceArguments(text)
    let line = text.position(0).line
    let result: ImportReader
    switch arguments.outcome() {
    case .value(let reader): result = reader
    case .notMade, .restarted: return nil
    case .partlyMade:
      context.notes.add(.partlyMade, name, line: line)
      return nil
    case .unknown:
      context.notes.add(.resultless, name, line: line)
      return nil
    }
    guard let call = try StraceCall.read(kind, arguments, result, &context, line: line) else { return nil }
    self = call
  }

  /// Calls of which few forms matter are read only where their text says that it is one of those.
  static func mayMatter(_ kind: String, _ text: ImportText) -> Bool {
    let words: [StaticString]
    switch kind {
    case "prctl":
      words = ["PR_SET_VMA", "PR_SET_MM,", "PR_SET_MM ", "PR_SET_MEMORY_MERGE", "(0x53564d41", "(0x23,", "(0x43,"]
    case "ioctl": words = ["UFFDIO_REGISTER", "UFFDIO_UNREGISTER"]
    case "arch_prctl": words = ["ARCH_MAP_VDSO", "ARCH_SHSTK_ENABLE"]
    case "personality": words = ["READ_IMPLIES_EXEC", "(0x"]
    default: return true
    }
    return words.contains { text.lastIndex(of: $0) != nil }
  }

  private static func read(
    _ kind: String, _ arguments: StraceArguments, _ result: ImportReader, _ context: inout StraceContext, line: Int
  ) throws(ScriptError) -> StraceCall? {
    var result = result
    switch kind {
    case "brk":
      let request = try arguments.address(0)
      return .setBreak(request: request, result: try result.number("an address"))
    case "mmap": return try mapping(arguments, result, &context, line: line)
    case "munmap": return .unmap(try arguments.pages())
    case "mprotect": return try protection(arguments)
    case "madvise":
      let pages = try arguments.pages(mayBeEmpty: true)
      guard let change = try advice(arguments, 2), let pages else { return nil }
      return .change(pages, change, reachesDown: false)
    case "mremap": return try remapping(arguments, result)
    case "execve": return .execute
    case "fork", "vfork", "clone", "clone3": return try creation(kind, arguments, &result)
    case "shmget", "shmat", "shmdt": return try segment(kind, arguments, result, &context, line: line)
    case "map_shadow_stack":
      let pages = try KeyRange(at: &result, count: try arguments.pageCount(1))
      return .map(pages, [.readable, .writable, .shadowStack], filePage: nil)
    case "remap_file_pages":
      let pages = try arguments.pages()
      return .mapAgain(
        pages, filePage: try arguments.read(3) { (reader) throws(ScriptError) in try reader.number("a page") })
    case "mlock", "mlockall", "munlockall": return try locking(kind, arguments)
    case "mseal":
      guard let pages = try arguments.pages(mayBeEmpty: true) else { return nil }
      return .change(pages, MemoryAttributeChange(adding: .sealed), reachesDown: false)
    case "mbind": return try policy(arguments, &context)
    case "prctl": return try naming(arguments, &context, line: line)
    case "process_madvise":
      if try advice(arguments, 3) != nil { context.notes.add(.notFollowed, arguments.name, line: line) }
      return nil
    case "personality":
      let persona = try arguments.flags(
        0, "a personality", ["PER_", "ADDR_", "READ_", "MMAP_", "SHORT_", "STICKY_", "WHOLE_", "UNAME26", "FDPIC_"])
      // All bits together only ask what the personality is.
      let impliesExecution = persona.contains("READ_IMPLIES_EXEC", 0x40_0000) && persona.number != 0xffff_ffff
      if impliesExecution { context.notes.add(.notFollowed, "personality(READ_IMPLIES_EXEC)", line: line) }
      return nil
    default:
      context.notes.add(.notFollowed, arguments.name, line: line)
      return nil
    }
  }

  private static func mapping(
    _ arguments: StraceArguments, _ result: ImportReader, _ context: inout StraceContext, line: Int
  ) throws(ScriptError) -> StraceCall {
    _ = try arguments.address(0)
    var count = try arguments.pageCount(1)
    var attributes = try arguments.protection(2)
    let flags = try arguments.flags(3, "mapping flags, such as MAP_PRIVATE", ["MAP_", "_MAP_"])
    attributes.formUnion(MemoryAttributes(mapping: flags))
    var isAnonymous = flags.contains("MAP_ANONYMOUS", 0x20) || flags.contains("MAP_ANON", 0)
    if flags.isNumber {
      context.notes.add(.numbered, arguments.name, line: line)
      let descriptor = try arguments.argument(4)
      let isNone = ["-1", "0xffffffff", "4294967295"].contains { descriptor.isAt($0) }
      if isNone && !isAnonymous {
        throw try arguments.argument(3).error(
          "mapping flags by name, for these are of another architecture than x86 or Arm")
      }
    }
    if isAnonymous && flags.contains("MAP_HUGETLB", 0x40000) {
      // It is a file's memory to the kernel, and as long as whole huge pages.
      isAnonymous = false
      attributes.insert(.pooledHugePages)
      let shift = flags.hugePageShift ?? Int(flags.number >> 26 & 0x3f)
      let pages: UInt64 = 1 << UInt64(max(shift == 0 ? 21 : shift, MapsImport.pageShift) - MapsImport.pageShift)
      count = (count + pages - 1) / pages * pages
      var result = result
      return .map(try KeyRange(at: &result, count: count), attributes, filePage: 0)
    }
    var result = result
    let pages = try KeyRange(at: &result, count: count)
    if isAnonymous { return .map(pages, attributes, filePage: attributes.contains(.shared) ? 0 : nil) }
    let offset = try arguments.read(5) { (reader) throws(ScriptError) in try reader.number("an offset in the file") }
    // Old versions write the offset of mmap2 in pages: it is one in bytes only if it is whole pages.
    let isInPages = arguments.name != "mmap" && offset % MapsImport.pageSize != 0
    return .map(pages, attributes, filePage: isInPages ? offset : offset / MapsImport.pageSize)
  }

  private static func protection(_ arguments: StraceArguments) throws(ScriptError) -> StraceCall? {
    // A length of 0 succeeds, and does nothing.
    let pages = try arguments.pages(mayBeEmpty: true)
    var change = MemoryAttributeChange(removing: .protection, adding: try arguments.protection(2))
    let flags = try arguments.flags(2, "a protection", ["PROT_"])
    if arguments.name == "pkey_mprotect", !(try arguments.argument(3).isAt("-1")) {
      let key = try arguments.small(3, "a protection key", limit: MemoryAttributes.greatestProtectionKey)
      change.removing.formUnion(.protectionKeys)
      change.adding.formUnion(.protectionKey(key))
    }
    guard let pages else { return nil }
    return .change(pages, change, reachesDown: flags.contains("PROT_GROWSDOWN", 0x100_0000))
  }

  private static func remapping(_ arguments: StraceArguments, _ result: ImportReader) throws(ScriptError) -> StraceCall
  {
    let old = try arguments.page(0)
    // The old length may be 0: shared memory is then mapped a second time.
    let oldCount = try arguments.pageCount(1, mayBeZero: true)
    let newCount = try arguments.pageCount(2)
    let flags = try arguments.flags(3, "remapping flags", ["MREMAP_"])
    var result = result
    let new = try KeyRange(at: &result, count: newCount)
    guard KeyRange(first: old, count: max(oldCount, 1)) != nil else {
      throw try arguments.argument(0).error("an address below 2^64 less the length")
    }
    return .remap(
      from: old, oldCount: oldCount, to: new.first, newCount: newCount, keepsOld: flags.contains("MREMAP_DONTUNMAP", 4))
  }

  private static func creation(
    _ kind: String, _ arguments: StraceArguments, _ result: inout ImportReader
  ) throws(ScriptError) -> StraceCall {
    let task = try result.task()
    if kind == "fork" { return .createTask(task, sharesMemory: false, isThread: false, waits: false) }
    if kind == "vfork" { return .createTask(task, sharesMemory: true, isThread: false, waits: true) }
    var reader = ImportReader(arguments.text)
    reader.end = arguments.closing
    if kind == "clone3" {
      reader = try arguments.argument(0)
      try reader.expect("{flags=")
    } else {
      let place = arguments.ranges.first { range in
        reader.offset = range.lowerBound
        return reader.isAt("flags=")
      }
      reader.offset = place?.lowerBound ?? arguments.closing
      try reader.expect("flags=")
    }
    let flags = try StraceFlags(&reader, "flags of the new task", prefixes: ["CLONE_", "SIG"])
    return .createTask(
      task, sharesMemory: flags.contains("CLONE_VM", 0x100), isThread: flags.contains("CLONE_THREAD", 0x10000),
      waits: flags.contains("CLONE_VFORK", 0x4000))
  }

  private static func advice(_ arguments: StraceArguments, _ place: Int) throws(ScriptError) -> MemoryAttributeChange? {
    MemoryAttributeChange.advice(try arguments.flags(place, "an advice", ["MADV_"]))
  }
}
