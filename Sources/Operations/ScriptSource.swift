/// A script as it was written: what its operations mean, and the words and the line of each.
public struct ScriptSource: Sendable {
  /// Where an operation is in the text.
  struct Place: Hashable, Sendable {
    var start: Int
    var end: Int
    /// From 1.
    var line: Int
  }

  public let script: Script
  private var bytes: [UInt8] = []
  private var places: [Place] = []

  init(_ script: Script, bytes: [UInt8], places: [Place]) {
    self.script = script
    self.bytes = bytes
    self.places = places
  }

  /// A script that no file has, such as one of a fuzzer's bytes: its words are those that printing it gives.
  public init(_ script: Script) { self.script = script }

  /// Whether the lines are those of a file.
  public var hasLines: Bool { !places.isEmpty }

  /// The line of an operation, from 1; without a file its number among the operations.
  public func line(of operation: Int) -> Int { hasLines ? places[operation].line : operation + 1 }

  /// The operation in the words in which it was written, without a comment.
  public func words(of operation: Int) -> String {
    guard hasLines else { return ScriptText.print(script.operations[operation]) }
    return String(decoding: bytes[places[operation].start..<places[operation].end], as: UTF8.self)
  }
}
