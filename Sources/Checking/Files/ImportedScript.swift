import Operations
import Support

/// What a file to import is.
package enum ImportFormat: String, CaseIterable, Sendable {
  case maps, strace, auto

  /// What bytes look like: a list of areas begins with an address, a `-` and another address.
  static func guess(_ bytes: [UInt8]) -> ImportFormat {
    let digits = bytes.prefix { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
    return !digits.isEmpty && digits.count < bytes.count && bytes[digits.count] == UInt8(ascii: "-") ? .maps : .strace
  }
}

/// Reads a list of areas.
package enum MapsText {
  package static func script(file: String) throws(CommandFailure) -> Script {
    let bytes = try InputFile.read(file, limit: InputFile.greatestImportSize, content: "a list of areas")
    do throws(ScriptError) {
      return try MapsImport.script(from: bytes, file: file)
    } catch {
      throw CommandFailure(error)
    }
  }
}

/// A script of one process.
package struct ImportedScript {
  /// The process, where the file tells.
  let process: UInt32?
  /// Whether the script is that of a process, and not a list of areas.
  let isLog: Bool
  package let script: Script

  /// Reads all scripts of a file, or that of one process.
  package static func read(
    _ bytes: [UInt8], file: String, format: ImportFormat, process: UInt32?
  ) throws(CommandFailure) -> (scripts: [ImportedScript], notes: [ImportNote]) {
    let scripts: [ImportedScript]
    var notes: [ImportNote] = []
    do throws(ScriptError) {
      if (format == .auto ? ImportFormat.guess(bytes) : format) == .maps {
        let script = try MapsImport.script(from: bytes, file: file)
        scripts = [ImportedScript(process: nil, isLog: false, script: script)]
      } else {
        let log = try StraceImport(from: bytes, file: file)
        notes = log.notes
        scripts = log.processes.enumerated().filter { process == nil || $0.element == process }.map { place, number in
          ImportedScript(process: number == 0 ? nil : number, isLog: true, script: log.script(at: place))
        }
      }
    } catch {
      throw CommandFailure(error)
    }
    if let process, !scripts.contains(where: { $0.process == process }) {
      throw CommandFailure(file: file, expected: "process \(process)", found: "no such process")
    }
    return (scripts, notes)
  }

  /// One line a script: process and operations.
  package static func list(_ scripts: [ImportedScript]) -> String {
    scripts.map { "\($0.process.map(String.init) ?? "-") \($0.script.operations.count)\n" }.joined()
  }

  /// A file name for each script; a process number that comes again is numbered.
  package static func names(_ scripts: [ImportedScript]) -> [String] {
    var seen: [String: Int] = [:]
    return scripts.map { script in
      let name = script.process.map { "process-\($0)" } ?? (script.isLog ? "process" : "areas")
      seen[name, default: 0] += 1
      let count = seen[name, default: 1]
      return count == 1 ? "\(name).maple" : "\(name)-\(count).maple"
    }
  }

  /// The script as a file has it.
  package func text(source: String) -> [UInt8] {
    let origin = source == "-" ? "" : " of \(source.split(separator: "/").last ?? "a file")"
    let name = process.map { "Process \($0)" } ?? "The process"
    let comment = isLog ? "\(name)\(origin), page numbers as indices." : "The areas\(origin) as page numbers."
    return Array(ScriptText.print(script, comments: [comment]).utf8)
  }
}
