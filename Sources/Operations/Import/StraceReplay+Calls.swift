import RangeMapCore

extension StraceReplay {
  mutating func apply(_ call: StraceCall, by task: UInt32, _ origin: StraceLog.Origin) {
    let (process, space) = home(of: task)
    switch call {
    case .setBreak(let request, let result): setBreak(request: request, result: result, by: task, origin)
    case .map(let pages, let attributes, let filePage):
      map(pages, attributes.union(spaces[space].laterAttributes), filePage: filePage, in: space)
    case .unmap(let pages):
      if !spaces[space].areas.hasArea(in: pages) { noteUnseen(origin) }
      unmap(pages, in: space)
    case .detach(let page):
      let parts = spaces[space].areas.object(at: page)
      if parts.isEmpty { noteUnseen(origin) }
      for part in parts { unmap(part, in: space) }
    case .change(let pages, let change, let reachesDown):
      var pages = pages
      if reachesDown, let area = spaces[space].areas.area(at: pages.first) { pages.first = area.pages.first }
      if !spaces[space].areas.covers(pages) { noteUnseen(origin) }
      self.change(pages, change, in: space)
    case .changeAll(let change, let later):
      spaces[space].laterAttributes = later
      if let change, let pages = spaces[space].areas.span { self.change(pages, change, in: space) }
    case .mapAgain(let pages, let filePage):
      guard let area = spaces[space].areas.area(at: pages.first) else { return noteUnseen(origin) }
      history?.append(.mapped(space: space, pages, area.attributes, filePage: filePage))
      spaces[space].areas.map(pages, area.attributes, area.backing.at(filePage))
    case .remap(let old, let oldCount, let new, let newCount, let keepsOld):
      remap(from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: keepsOld, in: space, origin)
    case .createTask(let child, let sharesMemory, let isThread, _):
      create(child, in: space, of: isThread ? process : child, sharesMemory: sharesMemory)
    case .execute: execute(task)
    case .exit: leave(process)
    }
  }

  private mutating func map(_ pages: KeyRange, _ attributes: MemoryAttributes, filePage: UInt64?, in space: Int) {
    history?.append(.mapped(space: space, pages, attributes, filePage: filePage))
    let backing = filePage.map { spaces[space].areas.newObject(firstPage: $0) } ?? .anonymous
    spaces[space].areas.map(pages, attributes, backing)
  }

  private mutating func unmap(_ pages: KeyRange, in space: Int) {
    history?.append(.unmapped(space: space, pages))
    spaces[space].areas.unmap(pages)
  }

  private mutating func change(_ pages: KeyRange, _ change: MemoryAttributeChange, in space: Int) {
    history?.append(.changed(space: space, pages, change))
    spaces[space].areas.change(pages, change)
  }

  /// Kernel: `brk()`. Where it asks only, and hears of another break than the last one, the process has run another
  /// program.
  private mutating func setBreak(request: UInt64, result: UInt64, by task: UInt32, _ origin: StraceLog.Origin) {
    var space = home(of: task).space
    if request == 0, let known = spaces[space].programBreak, known != result {
      execute(task)
      space = home(of: task).space
    }
    if request == result, request != 0, spaces[space].programBreak == nil { noteUnseen(origin) }
    if let change = spaces[space].breakChange(request: request, result: result) {
      if change.isGrowth {
        let attributes: MemoryAttributes = [.readable, .writable]
        map(change.pages, attributes.union(spaces[space].laterAttributes), filePage: nil, in: space)
      } else {
        unmap(change.pages, in: space)
      }
    }
    spaces[space].programBreak = result
  }

  /// Kernel: `mremap()`. One that keeps the size may move several areas at once, each as it is.
  private mutating func remap(
    from old: UInt64, oldCount: UInt64, to new: UInt64, newCount: UInt64, keepsOld: Bool, in space: Int,
    _ origin: StraceLog.Origin
  ) {
    let source = KeyRange(old, old + max(oldCount, 1) - 1)
    let parts = spaces[space].areas.parts(in: source)
    if parts.count > 1, oldCount == newCount, old != new {
      for part in parts {
        let (count, place) = (part.countLessOne + 1, new + (part.first - old))
        move(from: part.first, count, to: place, count, keepsOld: keepsOld, in: space)
      }
    } else if parts == [source] {
      move(from: old, oldCount, to: new, newCount, keepsOld: keepsOld, in: space)
    } else {
      noteUnseen(origin)
      remapUnseen(from: old, oldCount: oldCount, to: new, newCount: newCount, in: space)
    }
  }

  private mutating func move(
    from old: UInt64, _ oldCount: UInt64, to new: UInt64, _ newCount: UInt64, keepsOld: Bool, in space: Int
  ) {
    history?.append(
      .remapped(space: space, from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: keepsOld))
    spaces[space].areas.remap(from: old, oldCount: oldCount, to: new, newCount: newCount, keepsOld: keepsOld)
  }

  /// What moves was not mapped by a line, or not all of it: it is as the area at its beginning, or else private memory
  /// that can be written.
  private mutating func remapUnseen(
    from old: UInt64, oldCount: UInt64, to new: UInt64, newCount: UInt64, in space: Int
  ) {
    let attributes = spaces[space].areas.area(at: old)?.attributes ?? [.readable, .writable]
    if old != new {
      if oldCount > 0 { unmap(KeyRange(old, old + oldCount - 1), in: space) }
      map(KeyRange(new, new + newCount - 1), attributes, filePage: nil, in: space)
    } else if newCount > oldCount {
      map(KeyRange(new + oldCount, new + newCount - 1), attributes, filePage: nil, in: space)
    } else if newCount < oldCount {
      unmap(KeyRange(new + newCount, new + oldCount - 1), in: space)
    }
  }
}
