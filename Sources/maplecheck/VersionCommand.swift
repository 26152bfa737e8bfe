import ArgumentParser
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

  mutating func run() throws {
    let known = try subject.map(SubjectDescription.init)
    if json {
      let fields: JSONObject = [
        "maplecheck": ProjectVersion.text, "subject": known?.subject, "description": known?.description,
        "lacks": known?.lacks, "knownFaults": known?.knownFaults,
      ]
      return StandardStream.output.write(try Support.json(fields))
    }
    StandardStream.output.write("maplecheck \(ProjectVersion.text)\n" + (known?.text ?? ""))
  }
}
