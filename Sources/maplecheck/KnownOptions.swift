import ArgumentParser
import Checking
import Operations
import Subjects

/// What is done about the faults that a library knows of itself and steps around.
struct KnownFaultOptions: ParsableArguments {
  @Flag(
    help: """
      Call a library plainly, so that the faults that it knows of itself show. Else it steps around them, and their \
      names are printed.
      """)
  var exposeKnown = false

  /// Tells the library of a subject, and returns the names of the faults that it steps around.
  func apply(to subject: SubjectName) throws -> [String] { try KnownFaults.expose(exposeKnown, of: subject) }

  func apply(to first: SubjectName, _ second: SubjectName) throws -> ([String], [String]) {
    try KnownFaults.expose(exposeKnown, of: first, second)
  }

  /// Lets the faults of a subject show, or has it step around them; `nil` if it does not show any.
  func switching(_ subject: SubjectName) throws -> ((Bool) -> Void)? {
    exposeKnown ? try KnownFaults.switching(subject) : nil
  }
}

/// Which scripts show what is known of a subject.
struct KnownScriptOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Scripts of known faults: what is found and has the shape of one of them is counted, and the check goes on. none \
      is for no script. Without it \(KnownScripts<Script>.folderOfLinux) for a kernel's tree, \
      \(KnownScripts<Script>.folderOfForks) for a kernel's fork, and none for any other subject.
      """, valueName: "folder"))
  var known: String?
}
