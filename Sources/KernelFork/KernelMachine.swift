import AddressSpaceModel
import CForkABI
import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One machine with a kernel's own fork, in memory of its own: a library that `Adapters/linux-fork` built.
///
/// A library is one machine, for the kernel's variables are the library's. It is used from one thread. All of its
/// memory, the variables too, can be kept and put back: so each trial begins from the same state, whatever the trial
/// before it left.
package final class KernelMachine {
  package let path: String
  /// What the library calls itself: `Linux 7.3.4`.
  package let name: String
  let table: UnsafePointer<maplecheck_fork_library>
  /// Steps that can fail, counted in a trial.
  package internal(set) var steps = KernelSteps()
  /// Whether objects that are taken and given back belong to a trial.
  var isInTrial = false
  /// Whether what runs is the trial's own: its steps are counted and may fail, and others may look.
  var isWatched = false
  var ledger = KernelLedger()
  /// What the kernel's own checks said, in order.
  package internal(set) var warnings: [String] = []
  /// The frame of the page of zeros, which reads of untouched memory find; `nil` if they cannot be had.
  private(set) lazy var zeroFrame: UInt64? = findZeroFrame()
  /// Told of each moment at which somebody else may look, with the number of an event and an object.
  var look: ((_ event: UInt32, _ object: UInt64) -> Void)?
  /// Events in this trial.
  var events = 0
  /// The address spaces of which a userfaultfd has told as of children in this trial.
  package internal(set) var toldChildren: [UInt64] = []
  /// Objects that were taken or given back, and events that tell of a change: what is the same after one more of the
  /// other events need not be looked at again.
  private(set) var changes: UInt64 = 0

  /// Loads a library, and starts its kernel.
  /// - Throws: `KernelForkError` if it cannot be used.
  package init(path: String) throws(KernelForkError) {
    guard access(path, R_OK) == 0 else { throw .missing(path: path) }
    // A name without a slash would be looked for in the system's folders.
    guard let handle = dlopen(path.contains("/") ? path : "./" + path, RTLD_NOW | RTLD_LOCAL) else {
      throw .notLoadable(path: path, reason: dlerror().map { String(cString: $0) } ?? "unknown reason")
    }
    guard let symbol = dlsym(handle, MAPLECHECK_FORK_SYMBOL) else { throw .noEntry(path: path) }
    typealias Entry = @convention(c) () -> UnsafePointer<maplecheck_fork_library>?
    guard let table = unsafeBitCast(symbol, to: Entry.self)() else { throw .noEntry(path: path) }
    let (version, size) = (table.pointee.version, table.pointee.size)
    guard version == UInt32(MAPLECHECK_FORK_VERSION), size == UInt32(MemoryLayout<maplecheck_fork_library>.size) else {
      throw .otherVersion(path: path, version: version, expected: UInt32(MAPLECHECK_FORK_VERSION))
    }
    self.path = path
    self.table = table
    name = table.pointee.kernel.map { String(cString: $0) } ?? "a kernel without a name"
    try start()
  }

  /// Whether a file is a library of a kernel's fork.
  package static func isLibrary(_ path: String) -> Bool {
    guard let handle = dlopen(path.contains("/") ? path : "./" + path, RTLD_LAZY | RTLD_LOCAL) else { return false }
    defer { dlclose(handle) }
    return dlsym(handle, MAPLECHECK_FORK_SYMBOL) != nil
  }

  private func start() throws(KernelForkError) {
    let (size, alignment) = (table.pointee.memory_size, table.pointee.memory_alignment)
    // Only the pages that are used take memory.
    let memory = mmap(
      nil, Int(size + alignment), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else { throw .noMemory(path: path, bytes: size) }
    let start = UnsafeMutableRawPointer(
      bitPattern: (UInt(bitPattern: memory) + UInt(alignment) - 1) & ~(UInt(alignment) - 1))
    var host = maplecheck_fork_host()
    host.context = Unmanaged.passRetained(self).toOpaque()
    host.fails = { context, step, _ in KernelMachine.of(context).fails(step) }
    host.event = { context, event, object in KernelMachine.of(context).meet(event, object) }
    host.resource = { context, kind, object, isTaken, _ in
      KernelMachine.of(context).count(kind, object, isTaken: isTaken)
    }
    host.violation = { context, text in
      KernelMachine.of(context).warnings.append(text.map { String(cString: $0) } ?? "")
    }
    let result = table.pointee.start(&host, start)
    if result != 0 {
      let reason = result == -Int64(EBUSY) ? "it runs already in this process" : warnings.last ?? "no reason is given"
      throw .notStarted(path: path, reason: reason)
    }
  }

  /// Whether a warning is of the machine and not of the kernel: it has not what the kernel's code asked for.
  static func isLimit(_ warning: String) -> Bool {
    ["the kernel calls a function that is not there", "the machine has no"].contains { warning.hasPrefix($0) }
  }

  private func findZeroFrame() -> UInt64? {
    let state = save()
    defer { restore(state) }
    let range = KeyRange(0x1000, 0x1fff)
    guard let space = try? newSpace(), (try? map(MappingRequest(range, .readable), in: space, files: [])) != nil,
      (try? touch(range, writing: false, in: space)) != nil
    else { return nil }
    return page(at: range.first, in: space)?.frame
  }

  // MARK: What the library asks

  private static func of(_ context: UnsafeMutableRawPointer?) -> KernelMachine {
    guard let context else { preconditionFailure("a library gives back the context that it was given") }
    return Unmanaged<KernelMachine>.fromOpaque(context).takeUnretainedValue()
  }

  private func fails(_ step: UInt32) -> Bool {
    guard isWatched, let step = KernelStep(rawValue: step) else { return false }
    return steps.fails(step)
  }

  private func meet(_ event: UInt32, _ object: UInt64) {
    guard isWatched else { return }
    events += 1
    if event == MAPLECHECK_FORK_EVENT_CHILD_TOLD.rawValue { toldChildren.append(object) }
    if event != MAPLECHECK_FORK_EVENT_RESCHEDULED.rawValue { changes &+= 1 }
    look?(event, object)
  }

  private func count(_ kind: UInt32, _ object: UInt64, isTaken: Bool) {
    changes &+= 1
    guard isInTrial, let kind = KernelResource(rawValue: kind) else { return }
    let object = KernelLedger.Object(kind: kind, address: object)
    if isTaken { ledger.take(object) } else { ledger.give(object) }
  }

  // MARK: State

  /// The machine's memory at one moment.
  package struct State: ~Copyable {
    fileprivate let bytes: UnsafeMutableRawPointer

    deinit { bytes.deallocate() }
  }

  /// Keeps all of the machine's memory that is in use.
  /// - Complexity: O(memory in use): some hundred KiB for a few vmas.
  package func save() -> State {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: Int(table.pointee.state_size()), alignment: 64)
    table.pointee.save(bytes)
    return State(bytes: bytes)
  }

  /// Goes back to a state of this machine, and forgets the trial since.
  /// - Complexity: O(memory in use then).
  package func restore(_ state: borrowing State) {
    table.pointee.restore(state.bytes)
    isInTrial = false
    isWatched = false
    look = nil
    warnings = []
    toldChildren = []
    ledger = KernelLedger()
  }
}
