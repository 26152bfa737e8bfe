import ArgumentParser
import ExternalSubject
import Support

/// What is done about the faults that a library knows of itself and steps around.
struct KnownFaultOptions: ParsableArguments {
  @Flag(
    help: """
      Call a library plainly, so that the faults that it knows of itself show. Else it steps around them, and their \
      names are printed.
      """)
  var exposeKnown = false

  /// Tells the library of a subject, and returns the names of the faults that it steps around.
  func apply(to subject: SubjectName) throws -> [String] {
    guard case .library(let path, _) = subject else {
      if exposeKnown {
        throw CommandFailure("--expose-known: expected a library as the subject, found \(subject.name)")
      }
      return []
    }
    let library = try SubjectName.load(path)
    library.setKnownFaultsExposed(exposeKnown)
    return exposeKnown ? [] : library.knownFaults
  }

  /// Lets the faults of a subject show, or has it step around them; `nil` if it does not show any.
  func switching(_ subject: SubjectName) throws -> ((Bool) -> Void)? {
    guard exposeKnown, case .library(let path, _) = subject else { return nil }
    let library = try SubjectName.load(path)
    return { library.setKnownFaultsExposed($0) }
  }

  /// The names in one line; nothing where there are none.
  static func text(_ names: [String]) -> String {
    if names.isEmpty { return "" }
    let faults = names.count == 1 ? "1 known fault" : "\(names.count) known faults"
    return "\(faults) stepped around, which --expose-known shows: \(names.joined(separator: ", "))\n"
  }
}
