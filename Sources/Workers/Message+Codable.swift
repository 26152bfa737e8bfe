import FoundationEssentials
import Support

extension WorkerOutput {
  /// Says a value, after its length, so that half a message is none.
  package func send(_ value: some Encodable) {
    var writer = MessageWriter()
    writer.write(Message.bytes(of: value))
    send(writer.bytes)
  }
}

extension MessageReader {
  /// The next value; `nil` and nothing read if no more was said, or something else.
  package mutating func value<Value: Decodable>() -> Value? {
    let before = self
    if !isAtEnd, let bytes = data(), let value: Value = Message.value(of: bytes) { return value }
    self = before
    return nil
  }
}

/// Values as a worker says them: as JSON.
private enum Message {
  /// In a list, for a number or nothing at all is no document.
  static func bytes(of value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.userInfo[.isBetweenProcesses] = true
    guard let data = try? encoder.encode([value]) else { preconditionFailure("what is told can be encoded") }
    return [UInt8](data)
  }

  static func value<Value: Decodable>(of bytes: [UInt8]) -> Value? {
    let decoder = JSONDecoder()
    decoder.userInfo[.isBetweenProcesses] = true
    return (try? decoder.decode([Value].self, from: Data(bytes)))?.first
  }
}
