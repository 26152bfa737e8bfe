import RangeMapCore

/// Reads a log of `strace` into scripts, one for each process.
///
/// The lines of all versions and options are read: with numbers of processes (`-f -o`, `[pid 7]`) or without, with
/// times, numbers of calls, instruction pointers and names of programs, with call stacks, dumps and tables among them.
/// Constants may be names, numbers or both. Refused is what does not tell enough, such as raw arguments of `clone`.
///
/// Of each line the number of the process, the name of the call, its arguments and its result are read; calls that
/// failed, that strace injected or that change no address space are passed over. The threads of a process share its
/// script. What changes an address space and cannot be followed is counted in `notes`.
///
/// What is not an error: a call whose second line is missing has not happened; a last line that breaks off was cut; a
/// process that appears without a call that created it is one that strace was attached to, with an empty tree; its
/// first line may be the second one of a call. Everything else that is not a log's line is an error, so are a resumed
/// call that did not begin, and a call that begins before the last one ended.
///
/// What the log does not say is guessed in one place only: where `brk(NULL)` tells of another break than the last known
/// one, the process has run another program, and the log was made without `execve`.
public struct StraceImport {
  /// A child's script begins with its parent's operations, or, if they are more than this, with the parent's areas.
  static let longestHistory = 512

  private let spaces: [ImportedAddressSpace]
  /// The number of the task that is 0 among the others; nil where the log does not tell.
  private let numberOfUnnamed: UInt32?
  /// What the scripts do not show, in the order of the lines.
  public let notes: [ImportNote]
  /// The lines of the log.
  public let lineCount: Int
  /// Those of them that told of a call that succeeded and may change an address space.
  public let usedLineCount: Int

  /// Reads a log.
  ///
  /// - Complexity: O(n log n) in the number of bytes, but for the list of areas, in which each call may move all.
  /// - Throws: `ScriptError` for the first line that cannot be read.
  public init(from bytes: [UInt8], file: String) throws(ScriptError) {
    let log = try StraceLog(bytes, file: file)
    if log.events.isEmpty {
      throw ScriptError(
        file: file, line: 1, column: 1, expected: StraceLog.lineDescription,
        found: bytes.isEmpty ? "an empty file" : "none")
    }
    var replay = StraceReplay(notes: log.context.notes)
    for event in log.events { replay.apply(event) }
    spaces = replay.spaces
    numberOfUnnamed = log.tasks.numberOfUnnamed
    notes = replay.notes.all.sorted { ($0.line, $0.name) < ($1.line, $1.name) }
    lineCount = log.lineCount
    usedLineCount = log.usedLineCount
  }

  /// The numbers of the processes in the order in which they appear; one comes twice if the system used it twice.
  /// 0 stands for a process whose number the log does not tell.
  public var processes: [UInt32] { spaces.map { $0.process == 0 ? numberOfUnnamed ?? 0 : $0.process } }

  /// The areas of each process at the end of the log, ascending.
  var areas: [[MemoryArea]] { spaces.map(\.areas.areas) }

  /// The script of a process, given by its place in `processes`.
  /// - Complexity: O(n) in the number of its operations.
  public func script(at place: Int) -> Script {
    Script(configuration: .addressSpace, operations: spaces[place].areas.operations)
  }

  /// Reads a log, and returns the scripts of its processes in the order in which they appear.
  ///
  /// - Parameters:
  ///   - processes: The processes to keep; nil for all.
  ///   - limit: How many operations to keep of each script, counted from its beginning.
  /// - Throws: `ScriptError` for the first line that cannot be read.
  public static func scripts(
    from bytes: [UInt8], file: String, processes: Set<UInt32>? = nil, limit: Int = .max
  ) throws(ScriptError) -> [(process: UInt32, script: Script)] {
    let log = try StraceImport(from: bytes, file: file)
    var chosen: [(process: UInt32, script: Script)] = []
    for (place, process) in log.processes.enumerated() where processes?.contains(process) ?? true {
      var script = log.script(at: place)
      script.operations = Array(script.operations.prefix(limit))
      chosen.append((process, script))
    }
    return chosen
  }
}
