import ArgumentParser
import Checking
import MapleTreeModule
import Subjects
import Support

extension ScriptForm: ExpressibleByArgument {}

struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turns a script into a fuzzer's bytes, a test in Swift or one in C, or bytes into a script.",
    discussion: """
      A test in Swift is one of MapleTree, MapleCheck's own tree: it goes into a test target that depends on the harness, \
      the operations and the tree, such as Tests/HarnessTests. A test in C is one of the kernel's tree: paste it into \
      lib/test_maple_tree.c or tools/testing/radix-tree/maple.c and call it with an empty tree.

      EXAMPLE: maplecheck convert short.maple --to swift
      EXAMPLE: maplecheck convert corpus/linux/insert-over-all.maple --to c
      EXAMPLE: maplecheck convert --bytes crash-0123abcd --to script -o crash.maple
      EXAMPLE: maplecheck convert corpus/tree/seeds/*.maple --to bytes --directory .build/fuzz-seeds
      EXAMPLE: maplecheck convert --bytes --fork crash-4567cdef --to script -o crash.fork
      """)

  @Argument(help: "Scripts; - is the input.")
  var files: [String]

  @Option(help: "What the result is.")
  var to: ScriptForm

  @Flag(help: "The files are a fuzzer's inputs and not scripts.")
  var bytes = false

  @Flag(help: "The inputs of the fuzzer are forks, and not operations on a tree.")
  var fork = false

  @Option(
    help: """
      Our tree with the algorithm of the kernel that a test in C is for, such as maple-7.3: it tells which calls ask for \
      memory.
      """)
  var subject = SubjectName.maple

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the result is written; the output if not given.", valueName: "file"))
  var output: String?

  @Option(help: "Where the results of several files are written, each under its file's name.")
  var directory: String?

  func validate() throws {
    if directory == nil && files.count > 1 { throw ValidationError("several files need --directory") }
    if subject.rebuildRule == nil {
      throw ValidationError("--subject: expected maple, or maple- and a version, found \(subject.name)")
    }
    if fork && !bytes {
      throw ValidationError("--fork goes with --bytes: a script says itself that it is one of forks")
    }
    if subject != .maple && to != .c { throw ValidationError("--subject goes with --to c") }
    var seen: [String: String] = [:]
    for file in files where directory != nil {
      guard let other = seen.updateValue(file, forKey: ConvertedScript.name(of: file)) else { continue }
      throw ValidationError("\(file) and \(other) would be written to one file: convert them one after the other")
    }
    if directory != nil && output != nil { throw ValidationError("--directory and --output exclude each other") }
  }

  mutating func run() throws {
    let inputs = try files.map { ($0, try InputFile.anyScript($0, isBytes: bytes, isFork: fork)) }
    let rule = subject.rebuildRule ?? .newest
    let scripts = try inputs.map { file, input in
      (ConvertedScript.name(of: file), try ConvertedScript(input, of: file, to: to, rule: rule))
    }
    if let directory { try OutputFile.makeDirectory(directory) }
    for (name, script) in scripts {
      try OutputFile.write(script.bytes, to: directory.map { "\($0)/\(name)\(script.suffix)" } ?? output)
    }
  }
}
