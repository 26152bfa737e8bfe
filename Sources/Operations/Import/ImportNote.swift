/// Something of a log that its scripts do not show, and that its reader should know.
public struct ImportNote: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The call changes an address space in a way that the log does not tell.
    case notFollowed
    /// The call is about memory that no line maps.
    case unseen
    /// The call has no result, so nobody knows whether it was made.
    case resultless
    /// The call failed, and may have changed a part of its range before.
    case partlyMade
    /// A process appears without the call that made it.
    case unborn
    /// Flags are numbers, which mean something else on some architectures.
    case numbered
    /// The last line breaks off.
    case cut
  }

  public let kind: Kind
  /// The call, if there is one.
  public let name: String
  public fileprivate(set) var count: Int
  /// The first line that it is said of.
  public let line: Int
}

extension ImportNote: CustomStringConvertible {
  public var description: String {
    let calls = "\(count == 1 ? "a call" : "\(count) calls") of \(name)"
    return switch kind {
    case .notFollowed: "what \(calls) did to memory is not told and not followed"
    case .unseen: "memory that \(calls) changed was mapped by no line; passed over"
    case .resultless: "\(calls) \(count == 1 ? "has" : "have") no result; passed over"
    case .partlyMade: "\(calls) failed and may have changed a part before; passed over"
    case .unborn:
      count == 1
        ? "a process appears without a call that made it; its memory is empty at first"
        : "\(count) processes appear without a call that made them; their memory is empty at first"
    case .numbered: "flags of \(calls) are numbers, read as x86, Arm and RISC-V have them"
    case .cut: "the last line breaks off; passed over"
    }
  }
}

/// Notes of one kind and name are counted as one.
struct ImportNotes: Sendable {
  private struct Key: Hashable {
    var kind: ImportNote.Kind
    var name: String
  }

  private(set) var all: [ImportNote] = []
  private var places: [Key: Int] = [:]

  mutating func add(_ kind: ImportNote.Kind, _ name: String = "", line: Int, count: Int = 1) {
    let key = Key(kind: kind, name: name)
    if let place = places[key] {
      all[place].count += count
    } else {
      places[key] = all.count
      all.append(ImportNote(kind: kind, name: name, count: count, line: line))
    }
  }
}
