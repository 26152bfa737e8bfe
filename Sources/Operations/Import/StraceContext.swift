/// What the reader of a log keeps from one call to the next.
struct StraceContext: Sendable {
  var notes = ImportNotes()
  var names = NumberedTexts()
  var policies = NumberedTexts()
  /// The size in bytes of each segment of System V shared memory, by its identifier.
  var segments: [UInt64: UInt64] = [:]

  /// Different texts, numbered from 1 as they appear.
  struct NumberedTexts: Sendable {
    private var numbers: [ArraySlice<UInt8>: Int] = [:]

    /// The number of a text; nil where `limit` texts have one already.
    mutating func number(of text: ArraySlice<UInt8>, limit: Int) -> Int? {
      if let number = numbers[text] { return number }
      if numbers.count == limit { return nil }
      numbers[text] = numbers.count + 1
      return numbers.count
    }
  }
}
