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

  /// Kernel: `brk()`.
  mutating func setBreak(request: UInt64, result: UInt64) {
    defer { programBreak = result }
    guard let change = breakChange(request: request, result: result) else { return }
    if change.isGrowth {
      areas.map(change.pages, [.readable, .writable], .anonymous)
    } else {
      areas.unmap(change.pages)
    }
  }

  /// The pages by which the heap grows or shrinks; nil where it does neither.
  func breakChange(request: UInt64, result: UInt64) -> (pages: KeyRange, isGrowth: Bool)? {
    guard let old = programBreak, request == result, request != 0 else { return nil }
    let oldEnd = Self.pageCount(old)
    let newEnd = Self.pageCount(result)
    if newEnd == oldEnd { return nil }
    let pages = KeyRange(min(oldEnd, newEnd), max(oldEnd, newEnd) - 1)
    return (pages, newEnd > oldEnd)
  }

  /// Pages below an address, one that it only begins included.
  private static func pageCount(_ address: UInt64) -> UInt64 {
    address / MapsImport.pageSize + (address % MapsImport.pageSize == 0 ? 0 : 1)
  }
}

/// Carries out the events of a log on the address spaces of its processes.
struct StraceReplay: Sendable {
  private(set) var spaces: [ImportedAddressSpace] = []
  /// What happened, where somebody asks for it.
  var history: [AddressSpaceEvent]?
  /// The process that a task belongs to, and the index of its address space.
  private var tasks: [UInt32: (process: UInt32, space: Int)] = [:]

  init() {}

  mutating func apply(_ event: StraceLog.Event) {
    switch event {
    case .appeared(let task): _ = home(of: task)
    case .call(let task, let call): apply(call, by: task)
    case .ended(let task):
      leave(task)
      tasks[task] = nil
    case .superseded(let process, let thread):
      tasks[process] = tasks.removeValue(forKey: thread) ?? tasks[process]
    }
  }

  private mutating func apply(_ call: StraceCall, by task: UInt32) {
    let (process, space) = home(of: task)
    switch call {
    case .setBreak(let request, let result):
      if request == 0, let known = spaces[space].programBreak, known != result {
        execute(task)
        spaces[home(of: task).space].programBreak = result
      } else {
        recordBreak(request: request, result: result, in: space)
        spaces[space].setBreak(request: request, result: result)
      }
    case .map(let pages, let attributes, let filePage):
      history?.append(.mapped(space: space, pages, attributes, filePage: filePage))
      let backing = filePage.map { spaces[space].areas.newObject(firstPage: $0) } ?? .anonymous
      spaces[space].areas.map(pages, attributes, backing)
    case .unmap(let pages):
      history?.append(.unmapped(space: space, pages))
      spaces[space].areas.unmap(pages)
    case .change(let pages, let change):
      history?.append(.changed(space: space, pages, change))
      spaces[space].areas.change(pages, change)
    case .remap(let old, let oldCount, let new, let newCount, let keepsOld):
      history?.append(
        .remapped(space: space, from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: keepsOld))
      spaces[space].areas.remap(from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: keepsOld)
    case .createTask(let child, let sharesMemory, let isThread):
      create(child, in: space, of: isThread ? process : child, sharesMemory: sharesMemory)
    case .execute: execute(task)
    case .exit: leave(process)
    }
  }

  /// The process and the address space of a task; a task that was not heard of is a process with an empty one.
  private mutating func home(of task: UInt32) -> (process: UInt32, space: Int) {
    if let home = tasks[task] { return home }
    spaces.append(ImportedAddressSpace(process: task))
    history?.append(.appeared(space: spaces.count - 1))
    tasks[task] = (task, spaces.count - 1)
    return (task, spaces.count - 1)
  }

  private mutating func create(_ child: UInt32, in space: Int, of process: UInt32, sharesMemory: Bool) {
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
  private mutating func execute(_ task: UInt32) {
    let (process, space) = home(of: task)
    if spaces[space].users.subtracting([process]).isEmpty {
      spaces[space].areas.removeAll()
      spaces[space].programBreak = nil
      history?.append(.emptied(space: space))
      return
    }
    spaces[space].users.remove(process)
    spaces.append(ImportedAddressSpace(process: process))
    history?.append(.appeared(space: spaces.count - 1))
    tasks[task] = (process, spaces.count - 1)
  }

  /// Notes the pages that a call of `brk` maps or unmaps.
  private mutating func recordBreak(request: UInt64, result: UInt64, in space: Int) {
    guard history != nil, let change = spaces[space].breakChange(request: request, result: result) else { return }
    if change.isGrowth {
      history?.append(.mapped(space: space, change.pages, [.readable, .writable], filePage: nil))
    } else {
      history?.append(.unmapped(space: space, change.pages))
    }
  }

  private mutating func leave(_ task: UInt32) {
    if let home = tasks[task] { spaces[home.space].users.remove(task) }
  }
}
