/// The ways to duplicate an address space. Those that Linux has had are named after a version that has it; what was
/// only proposed has a letter.
public enum ForkDesignName: String, CaseIterable, Codable, Hashable, Sendable {
  /// Stores the copies one by one in bulk mode. Linux up to 6.7.
  case oneByOne = "6.1"
  /// Duplicates the tree, replaces in place, and undoes a failure up to the first vma that was not copied. Proposed.
  case duplicateAndUndo = "B"
  /// B, which passes the first vma that was not copied as the neighbour above. Rejected.
  case undoWithVmaEndAsNext = "B-vma-end-as-next"
  /// B, which passes the bounds of page tables alone: the walk that frees them has no end of its own. Rejected.
  case undoWithOnlyCeiling = "B-only-ceiling"
  /// B without an end of the tree in any of its walks. Rejected.
  case undoWithoutTreeEnd = "B-no-tree-end"
  /// Duplicates, replaces, and marks the place of a failure, where the exit path stops. Linux 6.8 to 6.14.
  case duplicateAndMark = "6.12"
  /// The same as it was first merged, which marks the place and tells neither the reaper nor anybody else.
  case duplicateAndMarkPlaceOnly = "6.12-place-only"
  /// The same with the lock of a vma in the vma. Linux 6.15 to 6.18.
  case duplicateAndMarkLater = "6.16"
  /// Duplicates, replaces, and tears the failed child down at once. Linux 7.x.
  case duplicateAndTearDown = "7.3"

  /// One of each kind, without variants.
  public static let principal: [ForkDesignName] = [
    .oneByOne, .duplicateAndUndo, .duplicateAndMark, .duplicateAndMarkLater, .duplicateAndTearDown,
  ]

  /// What designs were called before they had the names of versions. Scripts may still say so.
  public static let formerNames: [(word: String, value: ForkDesignName)] = [
    ("A", .oneByOne), ("C", .duplicateAndMark), ("C-place-only", .duplicateAndMarkPlaceOnly),
    ("D", .duplicateAndTearDown),
  ]

  /// The design of a name, or of a former one.
  public init?(name: String) {
    guard let design = Self(rawValue: name) ?? Self.formerNames.first(where: { $0.word == name })?.value else {
      return nil
    }
    self = design
  }

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
    case .duplicateAndMarkPlaceOnly: "6.12 as first merged, which marks the place and tells nobody else"
    case .duplicateAndMarkLater: "6.12 with the lock of a vma in the vma, and a swap-off that does not ask for marks"
    case .duplicateAndTearDown: "duplicates, replaces, and tears the failed child down at once"
    }
  }

  /// Whether the exit path takes the marker for the end of the tree.
  public var exitStopsAtMarker: Bool {
    switch self {
    case .duplicateAndMark, .duplicateAndMarkPlaceOnly, .duplicateAndMarkLater: true
    case .oneByOne, .duplicateAndUndo, .undoWithVmaEndAsNext, .undoWithOnlyCeiling, .undoWithoutTreeEnd,
      .duplicateAndTearDown:
      false
    }
  }
}
