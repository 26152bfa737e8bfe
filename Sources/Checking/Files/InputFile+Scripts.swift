import Harness
import Operations
import Scenarios
import Support

/// Reads what the command works on.
extension InputFile {
  /// Reads a script of a world, whichever is wanted.
  package static func script<Script: WorldScript>(_ path: String) throws(CommandFailure) -> Script {
    try parse(try read(path, limit: ScriptText.greatestFileSize, content: "a script"), of: path)
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
    if bytes.starts(with: Array("fork ".utf8)) { return .fork(ForkSource(try parse(bytes, of: path), bytes)) }
    return .tree(try told { () throws(ScriptError) in try ScriptText.source(bytes, file: path) })
  }

  /// Reads a script of a tree.
  package static func script(_ path: String, isBytes: Bool) throws(CommandFailure) -> Script {
    switch try anyScript(path, isBytes: isBytes) {
    case .tree(let source): return source.script
    case .fork:
      throw CommandFailure(
        file: path, expected: "a script of a tree ('maple 1'), which is all that this is for",
        found: "a script of forks")
    }
  }
}
