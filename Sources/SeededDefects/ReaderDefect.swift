/// What a `ShownArray` does wrong beside a reader, one for each law of readers.
public enum ReaderDefect: String, CaseIterable, Sendable {
  /// A store writes another entry first, where readers see it.
  case showsAnotherEntry
  /// A store clears the index after it for a moment.
  case clearsNeighbour
  /// A search begins again at index 0 if the array was replaced meanwhile.
  case searchesAgainFromZero
  /// A search for a gap takes its halves from two arrays.
  case joinsTwoGaps
  /// A load shows a reservation if the array was replaced meanwhile.
  case showsReservation
  /// A replaced array goes back to the allocator at once.
  case freesAtOnce
  /// A load waits until the array is what it was.
  case waitsForFormer
  /// A load marks the array as read.
  case marksAsRead
  /// A load that sees the array replaced reports a fault.
  case complains
  /// A new array is published by a plain store.
  case publishesPlainly
  /// A store changes the array in place, and does not show it.
  case hidesStore
}
