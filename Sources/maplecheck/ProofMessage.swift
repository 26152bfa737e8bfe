import Foundation
import Proofs
import Workers

/// What a process that proves says of one unit.
enum ProofMessage {
  case proved([ProofOutcome])
  case failed(String)

  /// The message after the number of its unit.
  func bytes(ofUnit number: Int) -> [UInt8] {
    var writer = MessageWriter()
    writer.write(number)
    switch self {
    case .proved(let outcomes):
      guard let data = try? JSONEncoder().encode(outcomes) else {
        preconditionFailure("what comes of proofs can be encoded")
      }
      writer.write(0)
      writer.write([UInt8](data))
    case .failed(let reason):
      writer.write(1)
      writer.write(reason)
    }
    return writer.bytes
  }
}

extension MessageReader {
  /// What came of the next unit; `nil` where no more was said.
  mutating func proofMessage() -> (unit: Int, message: ProofMessage)? {
    guard !isAtEnd, let unit = count(), let tag = number(), let data = data() else { return nil }
    if tag == 1 { return (unit, .failed(String(decoding: data, as: UTF8.self))) }
    guard let outcomes = try? JSONDecoder().decode([ProofOutcome].self, from: Data(data)) else { return nil }
    return (unit, .proved(outcomes))
  }
}
