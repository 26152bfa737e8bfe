import Foundation
import Harness
import Operations

/// How the command ends. Thrown by a subcommand that has said all there is to say.
enum ExitStatus: Int32, Error {
  /// Nothing was found.
  case clean = 0
  /// A violation.
  case violation = 1
  /// Bad usage or bad input.
  case badInput = 2
  /// Nothing was done, the work was interrupted, or too little was reached.
  case undecided = 3

  func leave() -> Never { exit(rawValue) }
}

/// Bad usage or bad input, told in one line; the status is then 2.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  init(_ error: ScriptError) { description = "\(error)" }

  init(_ error: WholeFileError) { description = "\(error)" }

  /// A file that cannot be used at all.
  init(file: String, expected: String, found: String) {
    self.init(ScriptError(file: file, line: 1, column: 1, expected: expected, found: found))
  }
}

/// A result as text for programs: keys sorted, one newline at the end.
func json(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
