import RangeMapCore

/// An address space while its log is read.
struct ImportedAddressSpace: Sendable {
  /// The process that it was made for.
  let process: UInt32
  var areas = MemoryAreaList()
  /// The end of the heap in bytes; nil until the log tells.
  var programBreak: UInt64?
  /// The processes that live in it: more than one between `vfork` and `execve`.
  var users: Set<UInt32>

  init(process: UInt32) {
    self.process = process
    users = [process]
  }

  /// What memory that is mapped later gets besides. Kernel: `def_flags`.
  var laterAttributes: MemoryAttributes = []

  /// The pages by which the heap grows or shrinks; nil where it does neither.
  func breakChange(request: UInt64, result: UInt64) -> (pages: KeyRange, isGrowth: Bool)? {
    guard let old = programBreak, request == result, request != 0 else { return nil }
    let oldEnd = MapsImport.pageCount(old)
    let newEnd = MapsImport.pageCount(result)
    if newEnd == oldEnd { return nil }
    let pages = KeyRange(min(oldEnd, newEnd), max(oldEnd, newEnd) - 1)
    return (pages, newEnd > oldEnd)
  }
}

/// Carries out the events of a log on the address spaces of its processes.
struct StraceReplay: Sendable {
  var spaces: [ImportedAddressSpace] = []
  private(set) var notes: ImportNotes
  /// What happened, where somebody asks for it.
  var history: [AddressSpaceEvent]?
  /// The process that a task belongs to, and the index of its address space.
  private var tasks: [UInt32: (process: UInt32, space: Int)] = [:]

  init(notes: ImportNotes = ImportNotes()) { self.notes = notes }

  mutating func apply(_ event: StraceLog.Event) {
    switch event {
    case .appeared(let task): _ = home(of: task)
    case .call(let task, let call, let origin): apply(call, by: task, origin)
    case .released(let child): leave(child)
    case .ended(let task):
      leave(task)
      tasks[task] = nil
    case .superseded(let process, let thread):
      tasks[process] = tasks.removeValue(forKey: thread) ?? tasks[process]
    }
  }

  /// The process and the address space of a task; a task that was not heard of is a process with an empty one.
  mutating func home(of task: UInt32) -> (process: UInt32, space: Int) {
    if let home = tasks[task] { return home }
    spaces.append(ImportedAddressSpace(process: task))
    history?.append(.appeared(space: spaces.count - 1))
    tasks[task] = (task, spaces.count - 1)
    return (task, spaces.count - 1)
  }

  mutating func create(_ child: UInt32, in space: Int, of process: UInt32, sharesMemory: Bool) {
    if sharesMemory {
      spaces[space].users.insert(process)
      tasks[child] = (process, space)
      return
    }
    var copy = ImportedAddressSpace(process: child)
    copy.areas = spaces[space].areas.forked(longestHistory: StraceImport.longestHistory)
    copy.programBreak = spaces[space].programBreak
    spaces.append(copy)
    history?.append(.forked(space: space, child: spaces.count - 1))
    tasks[child] = (child, spaces.count - 1)
  }

  /// Empties the task's address space; where others live in it, the task gets a new one. Kernel: `exec_mmap()`.
  mutating func execute(_ task: UInt32) {
    let (process, space) = home(of: task)
    if spaces[space].users.subtracting([process]).isEmpty {
      spaces[space].areas.removeAll()
      spaces[space].programBreak = nil
      spaces[space].laterAttributes = []
      history?.append(.emptied(space: space))
      return
    }
    spaces[space].users.remove(process)
    spaces.append(ImportedAddressSpace(process: process))
    history?.append(.appeared(space: spaces.count - 1))
    tasks[task] = (process, spaces.count - 1)
  }

  /// Says that a call is about memory that no line maps.
  mutating func noteUnseen(_ origin: StraceLog.Origin) { notes.add(.unseen, origin.name, line: origin.line) }

  mutating func leave(_ task: UInt32) {
    if let home = tasks[task] { spaces[home.space].users.remove(task) }
  }
}
