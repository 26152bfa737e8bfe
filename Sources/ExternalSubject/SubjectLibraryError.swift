import RangeMapCore

/// Why a shared library cannot be a subject.
public enum SubjectLibraryError: Error, Hashable, Sendable {
  /// There is no file at the path.
  case missing(path: String)
  /// The dynamic loader does not take the file; the text is its own.
  case notLoadable(path: String, reason: String)
  /// The library does not have the symbol that returns the table.
  case noEntry(path: String, symbol: String)
  /// The symbol's function returned NULL.
  case noTable(path: String)
  /// The library was compiled for another version of the interface.
  case otherVersion(path: String, version: UInt32, expected: UInt32)
  /// The library's table has another size than this version's.
  case otherSize(path: String, size: UInt32, expected: UInt32)
  /// The table lacks functions that every subject must have, or has only some of a group.
  case incomplete(path: String, functions: [String])
}

extension SubjectLibraryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file; expected a shared library"
    case .notLoadable(let path, let reason): "\(path): not a shared library that can be loaded: \(reason)"
    case .noEntry(let path, let symbol): "\(path): the library has no function \(symbol)(); is it a subject?"
    case .noTable(let path): "\(path): the library returned no table of functions"
    case .otherVersion(let path, let version, let expected):
      "\(path): compiled for version \(version) of the subject interface, which is "
        + "\(version < expected ? "older" : "newer") than this program's, \(expected); "
        + "compile it with this CSubjectABI.h"
    case .otherSize(let path, let size, let expected):
      "\(path): its table has \(size) bytes where \(expected) are expected; compile it with this CSubjectABI.h"
    case .incomplete(let path, let functions):
      "\(path): the table lacks functions that are required: \(functions.joined(separator: ", "))"
    }
  }
}
