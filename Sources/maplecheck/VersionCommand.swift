import ArgumentParser
import ExternalSubject
import Harness
import MapleTreeModule
import Reports
import Subjects
import Support

/// The version of the project, which the changelog names too.
enum ProjectVersion {
  static let text = "0.1.0-dev"
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Prints the version, and what a subject says of itself. Also: maplecheck --version.",
    discussion: """
      EXAMPLE: maplecheck --version
      EXAMPLE: maplecheck --version --subject linux
      """)

  @Option(help: SubjectName.help)
  var subject: SubjectName?

  @Flag(help: "Print the result as JSON.")
  var json = false

  /// What is known of a subject.
  struct Report: Encodable {
    var maplecheck = ProjectVersion.text
    var subject: String?
    var description: String?
    /// What a library does not have, and the faults that it knows of itself.
    var lacks: [String]?
    var knownFaults: [String]?

    var text: String {
      var text = "maplecheck \(maplecheck)\n"
      if let subject, let description { text += "subject    \(subject): \(description)\n" }
      if let lacks, !lacks.isEmpty { text += "lacks      \(lacks.joined(separator: ", "))\n" }
      if let knownFaults, !knownFaults.isEmpty { text += "known      \(knownFaults.joined(separator: ", "))\n" }
      return text
    }
  }

  mutating func run() throws {
    var report = Report()
    if let subject {
      report.subject = subject.name
      report.description = try subject.ownDescription
      if case .library(let path, _) = subject {
        let library = try SubjectName.load(path)
        report.lacks = library.unsupported
        report.knownFaults = library.knownFaults
      }
    }
    StandardStream.output.write(json ? try Support.json(report) : report.text)
  }
}
