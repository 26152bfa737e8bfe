import Operations
import RangeMapCore
import Testing

/// The operations of a log's processes as a script writes them, one list a process.
func imported(_ log: String) throws(ScriptError) -> [(process: UInt32, lines: [String])] {
  try StraceImport.scripts(from: Array(log.utf8), file: "log").map { process, script in
    (process, script.operations.map { ScriptText.print($0) })
  }
}

/// The error of a log that cannot be read; nil for one that can.
func importError(_ log: String) -> String? {
  do {
    _ = try imported(log)
    return nil
  } catch {
    return error.description
  }
}

/// What each page holds after a script: the dull way to carry it out.
///
/// Knows the operations that imports write, and nothing else.
struct PageContent: Equatable {
  var pages: [UInt64: Entry] = [:]

  init(_ operations: some Sequence<Operations.Operation>) {
    for operation in operations {
      switch operation.kind {
      case .store where operation.policy == .maySleep:
        for page in operation.range.first...operation.range.last { pages[page] = operation.entry }
      case .removeAll: pages = [:]
      case .duplicate where operation.policy == .maySleep: break
      case .setReadCopyUpdate: break
      default: Issue.record("an import does not write \(ScriptText.print(operation))")
      }
    }
  }
}
