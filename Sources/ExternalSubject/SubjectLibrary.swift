import CSubjectABI
import RangeMapCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A shared library that shows a range map through the table of `CSubjectABI.h`.
///
/// A library stays loaded until the process ends. Warnings and failed checks inside it are kept here until a map
/// reports them; all maps of a process are used from one thread at a time, as the interface demands.
public final class SubjectLibrary: @unchecked Sendable {
  public let path: String
  /// What the library calls itself.
  public let name: String
  /// The library's own table, which stays where it is.
  let table: UnsafePointer<maplecheck_subject>
  /// Shows the accesses of a map; `nil` if the library cannot.
  let witness: maplecheck_witness_function?
  private var violations: [String] = []

  /// The operations of the interface that a table can lack.
  public enum Feature: String, CaseIterable, Sendable {
    case duplicate, load, find, neighbours, gaps, insert, erase, allocation
    case cyclicAllocation = "cyclic allocation"
    case preparedStores = "prepared stores"
    case bulkMode = "bulk mode"
    case cursors
    case cursorWrites = "cursor writes"
    case readerMode = "reader mode"
    case readers
    case failureControl = "failure control"
    case interlopers, counters, shape, validation, fingerprint, marks
  }

  /// What the library has.
  public let features: Set<Feature>

  /// The names of what the library lacks, in a fixed order.
  public var unsupported: [String] {
    Feature.allCases.filter { !features.contains($0) }.map(\.rawValue)
  }

  /// Loads a library.
  public init(path: String) throws(SubjectLibraryError) {
    guard access(path, F_OK) == 0 else { throw .missing(path: path) }
    // A name without a slash would be looked for in the system's folders.
    let location = path.contains("/") ? path : "./" + path
    guard let handle = dlopen(location, RTLD_NOW | RTLD_LOCAL) else {
      throw .notLoadable(path: path, reason: dlerror().map { String(cString: $0) } ?? "unknown reason")
    }
    let table = try SubjectLibrary.table(of: handle, path: path)
    self.path = path
    name = table.pointee.name.map { String(cString: $0) } ?? "a library without a name"
    self.table = table
    witness =
      dlsym(handle, MAPLECHECK_WITNESS_SYMBOL).map {
        unsafeBitCast($0, to: maplecheck_witness_function?.self)
      } ?? nil
    features = Set(Feature.allCases.filter { table.pointee.has($0) })
    table.pointee.set_violation_hook?(
      { context, text in
        guard let context, let text else { return }
        Unmanaged<SubjectLibrary>.fromOpaque(context).takeUnretainedValue().violations.append(String(cString: text))
      }, Unmanaged.passRetained(self).toOpaque())
  }

  private static func table(
    of handle: UnsafeMutableRawPointer, path: String
  ) throws(SubjectLibraryError) -> UnsafePointer<maplecheck_subject> {
    guard let symbol = dlsym(handle, MAPLECHECK_SUBJECT_SYMBOL) else {
      throw .noEntry(path: path, symbol: MAPLECHECK_SUBJECT_SYMBOL)
    }
    typealias Entry = @convention(c) () -> UnsafeRawPointer?
    guard let address = unsafeBitCast(symbol, to: Entry.self)() else { throw .noTable(path: path) }
    // Only these two are there in every version.
    let size = address.loadUnaligned(as: UInt32.self)
    let version = address.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    guard version == UInt32(MAPLECHECK_SUBJECT_VERSION) else {
      throw .otherVersion(path: path, version: version, expected: UInt32(MAPLECHECK_SUBJECT_VERSION))
    }
    let expected = UInt32(MemoryLayout<maplecheck_subject>.size)
    guard size == expected else { throw .otherSize(path: path, size: size, expected: expected) }
    let table = address.assumingMemoryBound(to: maplecheck_subject.self)
    let lacking = table.pointee.incompleteFunctions
    guard lacking.isEmpty else { throw .incomplete(path: path, functions: lacking) }
    return table
  }

  /// Whether the library shows each access of its nodes, so that readers can be tried between them.
  public var showsAccesses: Bool { witness != nil }

  // MARK: Violations

  /// Whether the library reported something that nobody took yet.
  var hasViolations: Bool { !violations.isEmpty }

  /// Keeps what a map saw that no library may do, as if the library had reported it.
  func report(_ violation: String) { violations.append(violation) }

  /// Takes what the library reported since the last time.
  func takeViolations() -> [String] {
    defer { violations = [] }
    return violations
  }

  /// The names of the faults that the library knows of itself, and steps around.
  public var knownFaults: [String] {
    guard let first = table.pointee.known_faults else { return [] }
    var names: [String] = []
    while let name = first[names.count] { names.append(String(cString: name)) }
    return names
  }

  /// Lets the faults that the library knows of itself show, or steps around them again.
  public func setKnownFaultsExposed(_ exposed: Bool) { table.pointee.set_known_faults_exposed?(exposed) }

  /// Makes an empty map.
  /// - Returns: `nil` where the library cannot make one of this kind.
  public func makeMap(configuration: MapConfiguration) -> ExternalSubject? {
    ExternalSubject(library: self, configuration: configuration)
  }
}

extension maplecheck_subject {
  /// The functions that must be there and are not, groups that are there only in part included.
  var incompleteFunctions: [String] {
    var lacking: [String] = []
    func require(_ function: Any?, _ name: String) { if function == nil { lacking.append(name) } }
    require(create, "create")
    require(destroy, "destroy")
    require(remove_all, "remove_all")
    require(slot_at, "slot_at")
    require(store, "store")
    func requireGroup(_ functions: [(Any?, String)]) {
      guard functions.contains(where: { $0.0 != nil }) else { return }
      for (function, name) in functions { require(function, name) }
    }
    requireGroup([
      (prepare, "prepare"), (store_prepared, "store_prepared"), (abandon_prepared, "abandon_prepared"),
    ])
    requireGroup([(begin_bulk, "begin_bulk"), (bulk_store, "bulk_store"), (end_bulk, "end_bulk")])
    requireGroup([
      (cursor_state, "cursor_state"), (cursor_set, "cursor_set"), (cursor_move, "cursor_move"),
      (cursor_pause, "cursor_pause"), (cursor_reset, "cursor_reset"),
    ])
    requireGroup([(fail_allocation, "fail_allocation"), (permit_allocations, "permit_allocations")])
    requireGroup([(schedule_interloper, "schedule_interloper"), (cancel_interloper, "cancel_interloper")])
    requireGroup([(enter_reader, "enter_reader"), (leave_reader, "leave_reader")])
    return lacking
  }

  func has(_ feature: SubjectLibrary.Feature) -> Bool {
    switch feature {
    case .duplicate: duplicate != nil
    case .load: load != nil
    case .find: find != nil && find_after != nil
    case .neighbours: next != nil && previous != nil
    case .gaps: lowest_gap != nil && highest_gap != nil
    case .insert: insert != nil
    case .erase: erase != nil
    case .allocation: allocate_lowest != nil && allocate_highest != nil
    case .cyclicAllocation: allocate_cyclic != nil
    case .preparedStores: prepare != nil
    case .bulkMode: begin_bulk != nil
    case .cursors: cursor_state != nil
    case .cursorWrites: cursor_store != nil && cursor_erase != nil && cursor_state != nil
    case .readerMode: set_read_copy_update != nil
    case .readers: enter_reader != nil
    case .failureControl: fail_allocation != nil
    case .interlopers: schedule_interloper != nil
    case .counters: counters != nil
    case .shape: walk_shape != nil
    case .validation: validate != nil
    case .fingerprint: fingerprint != nil
    case .marks: marks != nil
    }
  }
}
