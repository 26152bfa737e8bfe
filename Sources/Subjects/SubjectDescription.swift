import ExternalSubject

/// What is known of a subject before it is used.
package struct SubjectDescription {
  package var subject: String
  package var description: String
  /// What a library does not have, and the faults that it knows of itself; `nil` for what is no library.
  package var lacks: [String]?
  package var knownFaults: [String]?

  /// - Throws: `CommandFailure` for a library that cannot be loaded.
  package init(_ subject: SubjectName) throws {
    self.subject = subject.name
    description = try subject.ownDescription
    guard case .library(let path, _) = subject else { return }
    let library = try SubjectName.load(path)
    (lacks, knownFaults) = (library.unsupported, library.knownFaults)
  }

  /// A line for each thing that there is.
  package var text: String {
    let lines = [
      ("subject    \(subject): ", [description]), ("lacks      ", lacks ?? []), ("known      ", knownFaults ?? []),
    ]
    return lines.filter { !$0.1.isEmpty }.map { "\($0.0)\($0.1.joined(separator: ", "))\n" }.joined()
  }
}
