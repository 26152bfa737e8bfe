import Harness
import Operations
import Scenarios
import Support

/// Reads what the command works on.
extension InputFile {
  /// Reads a script of a tree, as text or as a fuzzer's bytes.
  static func script(_ path: String, isBytes: Bool) throws(CommandFailure) -> Script {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: isBytes ? "a file of bytes" : "a script")
    if !isBytes && ForkReplayWork.isForkScript(bytes) {
      throw CommandFailure(
        file: path, expected: "a script of a tree ('maple 1'), which is all that this command takes",
        found: "a script of forks")
    }
    return try source(bytes, of: path, isBytes: isBytes).script
  }

  private static func source(_ bytes: [UInt8], of path: String, isBytes: Bool) throws(CommandFailure) -> ScriptSource {
    if isBytes {
      if bytes.isEmpty { throw CommandFailure(file: path, expected: "a file of bytes", found: "an empty file") }
      return ScriptSource(OperationCoding.decode(bytes, limit: .max).boundingFills(to: Int(UInt16.max)))
    }
    do throws(ScriptError) {
      return try ScriptText.source(bytes, file: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// What can be replayed.
  enum Replayable {
    case tree(ScriptSource)
    case fork(ForkSource)
  }

  /// Reads a script of a tree or of forks; its first word tells which.
  static func replayable(_ path: String, isBytes: Bool) throws(CommandFailure) -> Replayable {
    let bytes = try read(path, limit: ScriptText.greatestFileSize, content: isBytes ? "a file of bytes" : "a script")
    guard !isBytes, ForkReplayWork.isForkScript(bytes) else {
      return .tree(try source(bytes, of: path, isBytes: isBytes))
    }
    do throws(ScriptError) {
      return .fork(ForkSource(try ForkScenario.parse(bytes, file: path), bytes))
    } catch {
      throw CommandFailure(error)
    }
  }
}
