extension MessageReader {
  /// The next value; `nil` and nothing read if no more was said, or something else.
  package mutating func value<Value: Decodable>() -> Value? {
    let before = self
    if !isAtEnd, let bytes = data() {
      let decoder = MessageDecoder(MessageReader(bytes))
      if let value = try? decoder.read(Value.self), decoder.reader.isAtEnd { return value }
    }
    self = before
    return nil
  }
}

/// A message that ends too early, or does not have the values that are read.
struct BrokenMessage: Error {}

/// Reads what `MessageEncoder` wrote, in the same order.
final class MessageDecoder: Decoder {
  var reader: MessageReader
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  init(_ reader: MessageReader) { self.reader = reader }

  func read<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if type == Counts.self, let value = try Counts(from: &reader) as? Value { return value }
    guard let part = type as? any MessagePart.Type else { return try Value(from: self) }
    guard let value = try part.init(from: self) as? Value else { throw BrokenMessage() }
    return value
  }

  /// Whether there is a value, which then follows.
  func readPresence() throws -> Bool { try Bool(from: self) }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ReadFields(message: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let count = reader.reservedCount() else { throw BrokenMessage() }
    return ReadList(message: self, count: count)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { ReadValue(message: self) }
}

private struct ReadFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let message: MessageDecoder
  var codingPath: [any CodingKey] { [] }

  /// The case of an enumeration, whose name is next: nothing else asks.
  var allKeys: [Key] { message.reader.text().flatMap(Key.init(stringValue:)).map { [$0] } ?? [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { try !message.readPresence() }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try message.read(type) }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try message.readPresence() ? message.read(type) : nil
  }

  func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> {
    message.container(keyedBy: keyedBy)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try message.unkeyedContainer() }
  func superDecoder() -> any Decoder { message }
  func superDecoder(forKey key: Key) -> any Decoder { message }
}

private struct ReadList: UnkeyedDecodingContainer {
  let message: MessageDecoder
  let count: Int?
  var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var isAtEnd: Bool { currentIndex >= count ?? 0 }

  init(message: MessageDecoder, count: Int) { (self.message, self.count) = (message, count) }

  private mutating func next() throws -> MessageDecoder {
    if isAtEnd { throw BrokenMessage() }
    currentIndex += 1
    return message
  }

  mutating func decodeNil() throws -> Bool { try !next().readPresence() }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().read(type) }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: keyedBy)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
  func superDecoder() -> any Decoder { message }
}

private struct ReadValue: SingleValueDecodingContainer {
  let message: MessageDecoder
  var codingPath: [any CodingKey] { [] }

  /// Only an optional asks, and it is read as a part.
  func decodeNil() -> Bool { false }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try message.read(type) }
}
