/// What the command line asks for.
struct Arguments: Equatable {
  /// Nil: as many as usual.
  var rounds: Int?
  /// The path of a library to race against.
  var subject: String?

  static let usage = "usage: Benchmarks [ROUNDS] [--subject PATH]"
  static let roundsAllowed = 1...100
  /// The fewest rounds of a race, and how many it has unless told.
  static let roundsOfRace = 7

  enum Failure: Error, Equatable, CustomStringConvertible {
    case noPath
    case subjectTwice
    case notRounds(String)
    case tooFewRounds(Int)

    var description: String {
      switch self {
      case .noPath: "--subject: expected the path of a library; \(usage)"
      case .subjectTwice: "--subject: expected once; \(usage)"
      case .notRounds(let text): "\(text): expected a number of rounds from 1 to 100; \(usage)"
      case .tooFewRounds(let rounds): "\(rounds): a race has at least \(roundsOfRace) rounds; \(usage)"
      }
    }
  }

  init(_ words: some Sequence<String>) throws(Failure) {
    var words = Array(words)[...]
    while let word = words.popFirst() {
      if word == "--subject" {
        guard let path = words.popFirst(), !path.isEmpty else { throw .noPath }
        guard subject == nil else { throw .subjectTwice }
        subject = path
      } else {
        guard rounds == nil, let number = Int(word), Self.roundsAllowed.contains(number) else { throw .notRounds(word) }
        rounds = number
      }
    }
    if subject != nil, let rounds, rounds < Self.roundsOfRace { throw .tooFewRounds(rounds) }
  }
}
