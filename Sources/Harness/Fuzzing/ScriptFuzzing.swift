import Operations

/// What a fuzzer does to the reader and the writer of scripts.
public enum ScriptFuzzing {
  /// Reads a text; if it is a script, writes it and reads it again, as text and as bytes.
  /// - Returns: what is wrong; `nil` where nothing is.
  public static func run(_ bytes: UnsafeRawBufferPointer) -> String? {
    let script: Script
    do throws(ScriptError) {
      script = try ScriptText.parse(Array(bytes), file: "input")
    } catch {
      if error.line < 1 || error.column < 1 || error.expected.isEmpty || error.found.isEmpty {
        return "an error that does not say where or what: \(error)"
      }
      if error.description.contains("\n") { return "an error of more than one line: \(error)" }
      return nil
    }
    return problem(of: script)
  }

  /// What is wrong with a script's way through text and bytes and back.
  public static func problem(of script: Script) -> String? {
    let text = ScriptText.print(script)
    do throws(ScriptError) {
      if try ScriptText.parse(Array(text.utf8), file: "printed") != script {
        return "a script that reads as another one after it was written:\n\(text)"
      }
    } catch {
      return "a script that cannot be read after it was written: \(error)\n\(text)"
    }
    if OperationCoding.decode(OperationCoding.encode(script), limit: .max) != script {
      return "a script that is another one after it was made bytes:\n\(text)"
    }
    return nil
  }
}
