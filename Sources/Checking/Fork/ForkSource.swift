import Scenarios

/// A script of forks as it was written: the words and the line of each operation.
package struct ForkSource {
  package var scenario: ForkScenario
  /// One for each operation.
  private(set) var lines: [(number: Int, words: String)] = []

  /// - Parameter bytes: the text that the scenario was read from.
  init(_ scenario: ForkScenario, _ bytes: [UInt8]) {
    self.scenario = scenario
    for (place, bytes) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
      // The first line and what is said of the whole are no operations; a fork has a design after it.
      guard let first = words.first, !["tree", "expect"].contains(first), words != ["fork", "1"] else { continue }
      lines.append((place + 1, words.joined(separator: " ")))
    }
  }
}
