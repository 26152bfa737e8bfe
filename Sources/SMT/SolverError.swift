/// Why the solver gave no answer at all. Its `unknown` is an answer: `Verdict.unknown`.
package enum SolverError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No library by any of the names; `reason` is the dynamic loader's.
  case missingLibrary(names: [String], reason: String)
  /// A library was found that lacks a function of Z3.
  case missingFunction(library: String, function: String)
  /// Z3 is there, and too old.
  case oldVersion(found: SolverVersion, needed: SolverVersion)
  /// Z3 used up the memory that it was allowed, or that there is.
  case outOfMemory(message: String)
  /// A value of a model does not fit the type that was asked for.
  case valueOutOfRange(String)
  /// Anything else that Z3 reports, by its error code and in its words.
  case failed(code: Int, message: String)

  package var description: String {
    switch self {
    case .missingLibrary(let names, let reason):
      "no Z3 library (looked for \(names.joined(separator: ", "))): \(reason); install Debian's libz3-4 or libz3-dev"
    case .missingFunction(let library, let function):
      "\(library) has no function \(function); Z3 \(SolverVersion.oldestSupported) or newer is needed"
    case .oldVersion(let found, let needed):
      "Z3 \(found) is too old; install \(needed) or newer"
    case .outOfMemory(let message):
      "Z3 is out of memory: \(message); raise the memory limit or lower the bound"
    case .valueOutOfRange(let text):
      "a value of the model does not fit the type asked for: \(text)"
    case .failed(let code, let message):
      "Z3 reports error \(code): \(message)"
    }
  }
}
