import Operations
import RangeMapCore
import Subjects
import Support

/// Which part of an exploration: `2/4` is the second of four.
package struct ShardNumber: Sendable {
  /// From 0.
  var number: Int
  var count: Int

  package init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), 1...1000 ~= count,
      1...count ~= number
    else { return nil }
    (self.number, self.count) = (number - 1, count)
  }
}

/// A range of indices, as scripts write it: `20...22`.
package struct IndexRange: Sendable {
  var range: KeyRange

  package init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: true)
    guard argument.contains("..."), parts.count == 2, let first = Self.index(parts[0]), let last = Self.index(parts[1]),
      first <= last
    else { return nil }
    range = KeyRange(first, last)
  }

  private static func index(_ text: Substring) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}

/// What a user wants explored.
package struct ExploreChoice {
  package var indices: UInt64?
  package var begin: String?
  package var over: IndexRange?
  package var folder: String?
  package var shard: ShardNumber?
  /// Whether parts are added up, and nothing is explored.
  package var merges = false
  package var waits = true
  package var comparesPins = false
  /// Whether a kind of tree was asked for.
  package var hasKind = false

  package init() {}

  /// The most indices that writes are about.
  private static let greatest: UInt64 = 64

  /// What does not go together, in words; nil if all does.
  package var complaint: String? {
    if merges {
      let others = [begin != nil, over != nil, indices != nil, folder != nil, shard != nil, comparesPins]
      return others.contains(true) ? "--merge: goes with --table and --json alone" : nil
    }
    if (begin == nil) != (over == nil) { return "--begin and --over: expected both or neither" }
    if begin != nil && (indices != nil || hasKind) {
      return "--begin: the script says the kind of tree, and --over the indices"
    }
    if let indices, !(1...Self.greatest ~= indices) { return "--indices: expected 1 to \(Self.greatest)" }
    if let over, over.range.last - over.range.first >= Self.greatest {
      return "--over: expected at most \(Self.greatest) indices"
    }
    if !waits && shard == nil { return "--no-wait: expected --shard: without it nobody is waited for" }
    if shard != nil && folder == nil { return "--shard: expected --folder, which the parts share" }
    if let shard, shard.count > 1, comparesPins { return "--accept and --pinned: do not go with --shard" }
    return nil
  }

  /// The work on a subject.
  /// - Parameter hasGeometry: whether the kind says the sizes of nodes; else a tree of ours has small ones, which make
  ///   it tall with few indices.
  /// - Throws: `CommandFailure` for a script that cannot be read.
  package func work(
    on subject: SubjectName, _ kind: MapConfiguration?, hasGeometry: Bool
  ) throws(CommandFailure) -> ExploreWork {
    var work = ExploreWork()
    if let begin, let over {
      work.opening = try InputFile.script(begin)
      (work.domain, work.isOpen) = (over.range, false)
    } else {
      work.domain = KeyRange(0, (indices ?? 5) - 1)
      work.opening.configuration = kind ?? MapConfiguration()
      if subject.libraryName == nil && !hasGeometry { work.opening.configuration.geometry = .tiny }
    }
    if let shard { work.shard = (shard.number, shard.count) }
    work.folder = folder
    return work
  }
}
