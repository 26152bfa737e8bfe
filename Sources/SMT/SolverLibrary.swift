import CZ3

/// The Z3 library of this process, opened when first asked for, and never closed.
package final class SolverLibrary: @unchecked Sendable {
  /// The names that a Z3 library goes by, tried in this order.
  package static let names = ["libz3.so.4", "libz3.so", "libz3.dylib"]

  // Written before any other thread can see it, and never again.
  let functions: UnsafePointer<CZ3Functions>

  /// The version that the library says it is.
  package let version: SolverVersion

  private static let opened: Result<SolverLibrary, SolverError> = .init { () throws(SolverError) in
    try SolverLibrary(names: names)
  }

  /// The library, opened at the first call.
  ///
  /// - Throws: `missingLibrary`, `missingFunction` or `oldVersion`.
  package static func shared() throws(SolverError) -> SolverLibrary { try opened.get() }

  /// Opens the first library that there is.
  ///
  /// - Parameter version: what stands in for the library's own answer.
  init(
    names: [String], oldest: SolverVersion = .oldestSupported,
    version: (CZ3Functions) -> SolverVersion = SolverLibrary.reportedVersion
  ) throws(SolverError) {
    var reasons: [String] = []
    var found: (name: String, library: UnsafeMutableRawPointer)?
    for name in names where found == nil {
      if let library = CZ3OpenLibrary(name) {
        found = (name, library)
      } else {
        reasons.append(dlerror().map { String(cString: $0) } ?? "unknown")
      }
    }
    guard let found else {
      throw .missingLibrary(names: names, reason: reasons.first ?? "no name to look for")
    }
    let table = UnsafeMutablePointer<CZ3Functions>.allocate(capacity: 1)
    if let function = CZ3LookUp(found.library, table) {
      table.deallocate()
      throw .missingFunction(library: found.name, function: String(cString: function))
    }
    let version = version(table.pointee)
    guard version >= oldest else {
      table.deallocate()
      throw .oldVersion(found: version, needed: oldest)
    }
    self.functions = UnsafePointer(table)
    self.version = version
  }

  deinit { functions.deallocate() }

  /// The bytes that Z3 holds for the whole process, by its own count.
  package var allocatedBytes: UInt64 { functions.pointee.Z3_get_estimated_alloc_size() }

  /// The most memory that Z3 may use in the whole process, in megabytes; 0 lifts the limit. Beyond it, Z3 gives
  /// `unknown` or `SolverError.outOfMemory`.
  package func limitMemory(megabytes: Int) {
    precondition(megabytes >= 0, "a memory limit of \(megabytes) megabytes")
    functions.pointee.Z3_global_param_set("memory_max_size", String(megabytes))
  }

  static func reportedVersion(_ functions: CZ3Functions) -> SolverVersion {
    var numbers: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    functions.Z3_get_version(&numbers.0, &numbers.1, &numbers.2, &numbers.3)
    return SolverVersion(Int(numbers.0), Int(numbers.1), Int(numbers.2))
  }
}
