import Foundation
import Operations
import Support

/// The files that proofs begin with.
package enum FormulaFiles {
  package static let folder = "models/bounds"
  package static let pinFile = "models/expected.json"

  /// Reads formula files; without names all of the package's.
  package static func read(_ names: [String]) throws(CommandFailure) -> [FormulaFile] {
    var files: [FormulaFile] = []
    for name in names.isEmpty ? try packaged() : names {
      let bytes = try InputFile.read(name, limit: FormulaFile.greatestFileSize, content: "a formula file")
      do throws(ScriptError) {
        files.append(try FormulaFile.parse(String(decoding: bytes, as: UTF8.self), file: name))
      } catch {
        throw CommandFailure(error)
      }
    }
    var seen: [String: String] = [:]
    for file in files {
      if let other = seen.updateValue(file.file, forKey: file.name) {
        throw CommandFailure(file: file.file, expected: "a name of its own", found: "'\(file.name)', as in \(other)")
      }
    }
    return files
  }

  private static func packaged() throws(CommandFailure) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { $0.hasSuffix(".toml") }.sorted().map { "\(folder)/\($0)" }
    guard !files.isEmpty else {
      throw CommandFailure(
        "\(folder): expected formula files, found none; run the command in the package's folder, or name files")
    }
    return files
  }

  /// What is expected of the package's own proofs.
  package static func pins() throws(CommandFailure) -> ExpectedVerdicts {
    // With none there everything differs, which says how to write it.
    guard FileManager.default.fileExists(atPath: pinFile) else { return ExpectedVerdicts() }
    let bytes = try InputFile.read(pinFile, limit: 1 << 24, content: "pinned verdicts")
    do throws(ScriptError) {
      return try ExpectedVerdicts.parse(bytes, file: pinFile)
    } catch {
      throw CommandFailure(error)
    }
  }
}
