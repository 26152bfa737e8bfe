import Harness
import Operations
import Readers
import Scenarios
import Support

/// Reads what the command works on.
extension InputFile {
  /// Reads a script of a world, whichever is wanted.
  package static func script<Script: WorldScript>(_ path: String) throws(CommandFailure) -> Script {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: "a script")
    let kind = kind(of: bytes)
    if kind != .tree && kind.fileEnding != Script.fileEnding {
      throw kind.refusal(in: path, wanted: .tree, reason: "which is all that this is for")
    }
    return try parse(bytes, of: path)
  }

  /// The world of a script, by its first word.
  private static func kind(of bytes: [UInt8]) -> AnyScript.Kind {
    AnyScript.Kind.allCases.first { bytes.starts(with: Array("\($0.format) ".utf8)) } ?? .tree
  }

  private static func parse<Script: WorldScript>(_ bytes: [UInt8], of path: String) throws(CommandFailure) -> Script {
    try told { () throws(ScriptError) in try Script.parse(bytes, file: path) }
  }

  /// Reads a floor.
  package static func floor(_ path: String) throws(CommandFailure) -> CoverageFloor {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: "a floor")
    return try told { () throws(ScriptError) in try CoverageFloor.parse(bytes, file: path) }
  }

  /// Reads the areas of a process.
  package static func layout(_ path: String) throws(CommandFailure) -> ForkLayout {
    let bytes = try read(path, limit: greatestImportSize, content: "a list of areas")
    return try told { () throws(ScriptError) in try ForkLayout.maps(bytes, file: path) }
  }

  private static func told<Value>(_ body: () throws(ScriptError) -> Value) throws(CommandFailure) -> Value {
    do throws(ScriptError) { return try body() } catch { throw CommandFailure(error) }
  }

  /// A script of whatever world, as it was written.
  package enum AnyScript {
    case tree(ScriptSource)
    case fork(ForkSource)
    case readers(ReaderSource)

    /// The world that a script is of, as reports name it.
    package enum Kind: String, CaseIterable {
      case tree, fork, readers

      /// The first word of a script.
      var format: String { self == .tree ? "maple" : rawValue }

      var fileEnding: String { format }

      /// A script of the world, in words, and its first line.
      private var words: String {
        switch self {
        case .tree: "a script of a tree"
        case .fork: "a script of forks"
        case .readers: "a script of readers"
        }
      }
      private var firstLine: String { "\(format) 1" }

      func refusal(in file: String, wanted: Kind, reason: String) -> CommandFailure {
        CommandFailure(file: file, expected: "\(wanted.words) ('\(wanted.firstLine)'), \(reason)", found: words)
      }
    }

    var kind: Kind {
      switch self {
      case .tree: .tree
      case .fork: .fork
      case .readers: .readers
      }
    }

    /// Refuses a script of another world.
    /// - Parameter option: what means nothing for that one.
    func demand(_ wanted: Kind, of file: String, for option: String) throws(CommandFailure) {
      if kind == wanted { return }
      throw kind.refusal(in: file, wanted: wanted, reason: "for \(option) means nothing for others")
    }
  }

  /// Reads a script of a tree or of forks, as text, whose first word tells which, or as a fuzzer's bytes.
  /// - Parameter isFork: whether bytes are of forks.
  package static func anyScript(_ path: String, isBytes: Bool, isFork: Bool = false) throws(CommandFailure) -> AnyScript
  {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: isBytes ? "a file of bytes" : "a script")
    if isBytes {
      if bytes.isEmpty { throw CommandFailure(file: path, expected: "a file of bytes", found: "an empty file") }
      if isFork {
        let scenario = ForkCoding.decode(bytes)
        return .fork(ForkSource(scenario, Array(scenario.text.utf8)))
      }
      return .tree(ScriptSource(OperationCoding.decode(bytes, limit: .max).boundingFills(to: Int(UInt16.max))))
    }
    switch kind(of: bytes) {
    case .fork: return .fork(ForkSource(try parse(bytes, of: path), bytes))
    case .readers: return .readers(try told { () throws(ScriptError) in try ReaderSource(bytes, file: path) })
    case .tree: return .tree(try told { () throws(ScriptError) in try ScriptText.source(bytes, file: path) })
    }
  }

}
