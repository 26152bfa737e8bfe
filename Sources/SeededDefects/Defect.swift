/// One thing that a `DefectiveSubject` does wrong.
public enum Defect: String, CaseIterable, Hashable, Sendable {
  /// `load` misses an entry at an odd index.
  case wrongLoad
  /// `find` leaves its index one too low.
  case wrongSearchIndex
  /// A gap search returns the start of the window.
  case wrongGap
  /// An insert over an entry reports that there is no space.
  case wrongError
  /// A cyclic allocation says the opposite of `wrapped`.
  case wrongCyclicState
  /// A step of a cursor at its limit leaves it active.
  case wrongCursorStatus
  /// A write does not pause the cursors.
  case cursorsNotPaused
  /// A store loses the entry beside its range.
  case lostNeighbour
  /// A store loses an entry far away, at index 0.
  case lostFarEntry
  /// A law breaks with the third store and stays broken.
  case brokenLaw
  /// A store takes a node more than planned.
  case planExceeded
  /// A store takes the node that it asked for to spare.
  case takesSpareNode
  /// More nodes are said to be reserved than there are.
  case inconsistentCounters
  /// Each store leaves nodes in the map that hold nothing, until it is emptied.
  case hoardsNodes
  /// Removing all leaves a node behind.
  case leakedNode
  /// Removing all leaves the last entry.
  case notEmptied
  /// A store runs out of memory by itself.
  case memoryErrorWithoutRefusal
  /// A store without memory is made all the same.
  case refusalWithoutError
  /// A store asks for memory until it is refused some.
  case refusalsNeverEnd
  /// A store without memory has already erased its first index.
  case contentChangedByFailure
  /// A store without memory has changed the structure, not the content.
  case structureChangedByFailure
  /// A store without memory pauses the cursors.
  case cursorChangedByFailure
  /// A store without memory keeps a node.
  case leakedByFailure
  /// A prepared store asks for memory.
  case preparedStoreAllocates
  /// A prepared store never fits.
  case planNeverFits
  /// A prepared store that no longer fits is forgotten: its nodes are given back.
  case planErrorForgetsPreparation
  /// A duplicate lacks the last entry.
  case duplicateIncomplete
  /// Duplicating changes the source's structure.
  case duplicateChangesSource
  /// A duplicate loses its content with its source.
  case duplicateSharesState
  /// A duplicate goes into a map of another kind.
  case duplicateOfOtherKind
  /// A duplicate replaces what the destination holds.
  case duplicateOverwrites
  /// A duplicate that is refused empties the destination.
  case refusedDuplicateEmpties
  /// A duplicate without memory leaves a node in the destination.
  case duplicateLeaksOnFailure
}
