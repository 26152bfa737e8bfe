/// The designs of fork's duplication of an address space that were proposed, by name.
public enum ForkDesignName: String, CaseIterable, Codable, Hashable, Sendable {
  /// Stores the copies one by one in bulk mode.
  case oneByOne = "A"
  /// Duplicates the tree, replaces in place, and undoes a failure up to the first vma that was not copied.
  case duplicateAndUndo = "B"
  /// B, which passes the first vma that was not copied as the neighbour above. Rejected.
  case undoWithVmaEndAsNext = "B-vma-end-as-next"
  /// B, which passes the bounds of page tables alone: the walk that frees them has no end of its own. Rejected.
  case undoWithOnlyCeiling = "B-only-ceiling"
  /// B without an end of the tree in any of its walks. Rejected.
  case undoWithoutTreeEnd = "B-no-tree-end"
  /// Duplicates, replaces, and marks the place of a failure, where the exit path stops.
  case duplicateAndMark = "C"
  /// C as it was first merged, which marks the place and tells neither the reaper nor anybody else.
  case duplicateAndMarkPlaceOnly = "C-place-only"
  /// Duplicates, replaces, and tears the failed child down at once.
  case duplicateAndTearDown = "D"

  /// The four designs, without variants.
  public static let principal: [ForkDesignName] = [
    .oneByOne, .duplicateAndUndo, .duplicateAndMark, .duplicateAndTearDown,
  ]

  /// The design in a sentence.
  public var message: String {
    switch self {
    case .oneByOne: "stores the copies one by one in bulk mode"
    case .duplicateAndUndo:
      "duplicates the tree, replaces in place, and undoes a failure up to the first vma that was not copied"
    case .undoWithVmaEndAsNext: "B, which passes the first vma that was not copied as the neighbour above; rejected"
    case .undoWithOnlyCeiling: "B, which passes the bounds of page tables alone; rejected"
    case .undoWithoutTreeEnd: "B without an end of the tree in any of its walks; rejected"
    case .duplicateAndMark: "duplicates, replaces, and marks the place of a failure, where the exit path stops"
    case .duplicateAndMarkPlaceOnly: "C as first merged, which marks the place and tells neither the reaper nor others"
    case .duplicateAndTearDown: "duplicates, replaces, and tears the failed child down at once"
    }
  }

  /// Whether the exit path takes the marker for the end of the tree.
  var exitStopsAtMarker: Bool { self == .duplicateAndMark || self == .duplicateAndMarkPlaceOnly }
}
