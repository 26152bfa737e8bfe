/// What came of a command's work: it is printed, for people or for programs, and decides the exit status.
package protocol WorkReport: Encodable {
  /// The result for people.
  var text: String { get }
  /// Why what was done is not the whole answer; `nil` if it is.
  var complaint: String? { get }
  var status: ExitStatus { get }
}

extension WorkReport {
  /// Prints the result to the output, and the complaint to the error stream.
  package func tell(asJSON: Bool) throws {
    StandardStream.output.write(asJSON ? try json(self) : text)
    if let complaint { StandardStream.error.write(complaint + "\n") }
  }
}
