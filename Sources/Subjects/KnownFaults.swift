import ExternalSubject
import Support

/// The faults that a library knows of itself: it steps around them, or is called plainly and shows them.
package enum KnownFaults {
  /// Has the library of a subject show its faults or step around them, and returns the names of those that it steps
  /// around.
  package static func expose(_ exposed: Bool, of subject: SubjectName) throws(CommandFailure) -> [String] {
    guard case .library(let path, _) = subject else {
      if exposed { throw CommandFailure("--expose-known: expected a library as the subject, found \(subject.name)") }
      return []
    }
    let library = try SubjectName.load(path)
    library.setKnownFaultsExposed(exposed)
    return exposed ? [] : library.knownFaults
  }

  /// The same of two subjects, of which one at least must be a library if faults are to show.
  package static func expose(
    _ exposed: Bool, of first: SubjectName, _ second: SubjectName
  ) throws(CommandFailure) -> ([String], [String]) {
    if exposed, !first.isLibrary, !second.isLibrary {
      throw CommandFailure("--expose-known: expected a library among \(first.name) and \(second.name)")
    }
    return (
      try expose(exposed && first.isLibrary, of: first), try expose(exposed && second.isLibrary, of: second)
    )
  }

  /// Lets the faults of a subject show, or has it step around them; `nil` if it has none.
  package static func switching(_ subject: SubjectName) throws(CommandFailure) -> ((Bool) -> Void)? {
    guard case .library(let path, _) = subject else { return nil }
    let library = try SubjectName.load(path)
    return { library.setKnownFaultsExposed($0) }
  }

  /// The names in one line; nothing if there are none.
  package static func text(_ names: [String]) -> String {
    if names.isEmpty { return "" }
    let faults = names.count == 1 ? "1 known fault" : "\(names.count) known faults"
    return "\(faults) stepped around, which --expose-known shows: \(names.joined(separator: ", "))\n"
  }
}
