import ArgumentParser
import Checking
import Harness
import Operations
import Support

extension ImportFormat: ExpressibleByArgument {}

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes scripts of what a real program did to its address space.",
    discussion: """
      Reads the areas of a process (/proc/PID/maps) or a log of strace, page numbers as indices. A log of several \
      processes has a script for each. A log may have been written with any option of strace, with or without -f; what \
      it cannot tell is counted on the error stream.

      EXAMPLE: maplecheck import /proc/self/maps --format maps -o layout.maple
      EXAMPLE: strace -f -e trace=memory,process,shmget,prctl -o log bash -c ls; maplecheck import log --directory scripts
      """)

  @Argument(help: "A list of areas or a log; - is the input.")
  var file: String

  @Option(help: "What the file is.")
  var format = ImportFormat.auto

  @Option(help: ArgumentHelp("Only this process of a log.", valueName: "PID"))
  var process: UInt32?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the script is written; the output if not given.", valueName: "file"))
  var output: String?

  @Option(help: "Where the scripts of several processes are written.")
  var directory: String?

  @Flag(help: "List the processes of a log and how many operations each has.")
  var list = false

  func validate() throws {
    if directory != nil && output != nil { throw ValidationError("--directory and --output exclude each other") }
  }

  mutating func run() throws {
    let bytes = try InputFile.read(file, limit: InputFile.greatestImportSize, content: "a log or a list of areas")
    let (scripts, notes) = try ImportedScript.read(bytes, file: file, format: format, process: process)
    for note in notes { StandardStream.error.write("\(file):\(note.line): \(note)\n") }
    if list { return StandardStream.output.write(ImportedScript.list(scripts)) }
    if let directory {
      try OutputFile.makeDirectory(directory)
      for (name, script) in zip(ImportedScript.names(scripts), scripts) {
        try OutputFile.write(script.text(source: file), to: "\(directory)/\(name)")
      }
      let count = scripts.count == 1 ? "1 script" : "\(scripts.count) scripts"
      return tell(scripts, "\(count) written to \(directory)")
    }
    guard scripts.count == 1 else {
      throw CommandFailure(
        file: file, expected: "one process, or --process or --directory", found: "\(scripts.count) processes")
    }
    try OutputFile.write(scripts[0].text(source: file), to: output)
    if let output, output != "-" { tell(scripts, "\(output) written") }
  }

  /// Says what was written.
  private func tell(_ scripts: [ImportedScript], _ what: String) {
    let operations = scripts.reduce(0) { $0 + $1.script.operations.count }
    StandardStream.error.write("\(what), \(operations) operation\(operations == 1 ? "" : "s")\n")
  }
}
