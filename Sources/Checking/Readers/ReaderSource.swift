import Operations
import Readers

/// A script of readers as it was read, with the line of each operation.
package struct ReaderSource {
  var script: ReaderScript
  var lines: [Int]

  init(_ bytes: [UInt8], file: String) throws(ScriptError) {
    (script, lines) = try ReaderScript.source(bytes, file: file)
  }
}
