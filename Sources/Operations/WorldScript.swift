/// A script of any world, as files and messages have it.
public protocol WorldScript: ShrinkableScript, Codable, Sendable {
  /// What the names of its files end with.
  static var fileEnding: String { get }

  /// Reads a script.
  /// - Throws: `ScriptError` for the first fault.
  static func parse(_ text: [UInt8], file: String) throws(ScriptError) -> Self

  /// The script as text; reading it gives the same script.
  /// - Parameter comments: lines that say what it is there for.
  func text(comments: [String]) -> String

  /// An operation as a script writes it; `nil` if there is none at the place.
  func operationText(at place: Int) -> String?
}

extension WorldScript {
  /// The script as text, without comments.
  public var text: String { text(comments: []) }
}

extension Script: WorldScript {
  public static var fileEnding: String { "maple" }

  public static func parse(_ text: [UInt8], file: String) throws(ScriptError) -> Script {
    try ScriptText.parse(text, file: file)
  }

  public func text(comments: [String]) -> String { ScriptText.print(self, comments: comments) }

  public func operationText(at place: Int) -> String? {
    operations.indices.contains(place) ? ScriptText.print(operations[place]) : nil
  }
}
