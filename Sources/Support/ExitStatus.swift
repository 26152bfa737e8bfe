import Foundation

/// How the command ends. Thrown by a subcommand that has said all there is to say.
package enum ExitStatus: Int32, Error {
  /// Nothing was found.
  case clean = 0
  /// A violation.
  case violation = 1
  /// Bad usage or bad input.
  case badInput = 2
  /// Nothing was done, the work was interrupted, or too little was reached.
  case undecided = 3

  package func leave() -> Never { exit(rawValue) }
}

/// Bad usage or bad input, told in one line; the status is then 2.
package struct CommandFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  package init(_ error: some Error & CustomStringConvertible) { description = error.description }

  /// A file that cannot be used at all.
  package init(file: String, expected: String, found: String) {
    self.init("\(file):1:1: expected \(expected), found \(found)")
  }
}
