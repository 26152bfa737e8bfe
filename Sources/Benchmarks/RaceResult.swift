/// What a row of a race gave.
struct RaceResult {
  let row: RaceRow
  private(set) var ours: Measurement
  private(set) var theirs: Measurement
  /// Nanoseconds of the calls of one operation when there is nothing for them to do.
  var ourEmptyCalls = 0.0
  var theirEmptyCalls = 0.0

  init(row: RaceRow) {
    self.row = row
    ours = Measurement(name: row.rawValue)
    theirs = Measurement(name: row.rawValue)
  }

  mutating func add(ours our: Double, theirs their: Double) {
    ours.rounds.append(our)
    theirs.rounds.append(their)
  }

  /// Ours to theirs, the median over the rounds of each round's ratio.
  var ratio: Double { medianRatio(lessOfTheirs: 0) }

  /// The ratio if all of the library's empty calls were the adapter's, and ours cost nothing: the worst that the
  /// calls can hide. Infinite where nothing would be left of theirs.
  var worstRatio: Double { medianRatio(lessOfTheirs: theirEmptyCalls) }

  private func medianRatio(lessOfTheirs less: Double) -> Double {
    let ratios = zip(ours.rounds, theirs.rounds).map { our, their in their > less ? our / (their - less) : .infinity }
    return Measurement(name: row.rawValue, rounds: ratios).median
  }
}
