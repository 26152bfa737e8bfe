import ArgumentParser
import Harness
import Operations

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes scripts of what a real program did to its address space.",
    discussion: """
      Reads the areas of a process (/proc/PID/maps) or a log of strace -f, page numbers as indices. A log of several \
      processes has a script for each.

      EXAMPLE: maplecheck import /proc/self/maps --format maps -o layout.maple
      EXAMPLE: strace -f -e trace=memory,process -o log bash -c ls; maplecheck import log --directory scripts
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
    let scripts = try ImportedScript.read(bytes, file: file, format: format, process: process)
    if list { return StandardStream.output.write(ImportedScript.list(scripts)) }
    if let directory {
      try OutputFile.makeDirectory(directory)
      for (name, script) in zip(ImportedScript.names(scripts), scripts) {
        try OutputFile.write(script.text(source: file), to: "\(directory)/\(name)")
      }
      return
    }
    guard scripts.count == 1 else {
      throw CommandFailure(
        file: file, expected: "one process, or --process or --directory", found: "\(scripts.count) processes")
    }
    try OutputFile.write(scripts[0].text(source: file), to: output)
  }
}
