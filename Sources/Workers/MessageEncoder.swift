extension WorkerOutput {
  /// Says a value, after its length, so that half a message is none.
  package func send(_ value: some Encodable) {
    let encoder = MessageEncoder()
    do { try encoder.write(value) } catch { preconditionFailure("what is told can be encoded: \(error)") }
    var message = MessageWriter()
    message.write(encoder.writer.bytes)
    send(message.bytes)
  }
}

/// Writes a value as a worker says it: its parts in their order and without their names, for the reader is the same
/// program. A run of a millisecond is one message, for which JSON takes a fifth of its time.
final class MessageEncoder: Encoder {
  var writer = MessageWriter()
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func write<Value: Encodable>(_ value: Value) throws {
    if Value.self == Counts.self, let counts = value as? Counts { return counts.write(to: &writer) }
    // The type is asked, as the reader does: a value that is there would be taken out of its optional.
    if Value.self is any MessagePart.Type, let part = value as? any MessagePart { return try part.write(to: self) }
    try value.encode(to: self)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(WrittenFields(message: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { WrittenList(self) }

  func singleValueContainer() -> any SingleValueEncodingContainer { WrittenValue(message: self) }
}

/// The fields of a value; the case of an enumeration is the one that has its name before it.
private struct WrittenFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let message: MessageEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { message.writer.write(false) }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try message.write(value) }

  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws { try writeOptional(value) }

  private func writeOptional<Value: Encodable>(_ value: Value?) throws {
    message.writer.write(value != nil)
    try value.map(message.write)
  }

  // The protocol has its own for these, which leave out what is absent.
  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: String?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try writeOptional(value) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try writeOptional(value) }

  func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
    message.writer.write(key.stringValue)
    return message.container(keyedBy: keyedBy)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { message.unkeyedContainer() }
  func superEncoder() -> any Encoder { message }
  func superEncoder(forKey key: Key) -> any Encoder { message }
}

/// Values after their number.
private struct WrittenList: UnkeyedEncodingContainer {
  let message: MessageEncoder
  /// Where their number is.
  let place: Int
  var count = 0
  var codingPath: [any CodingKey] { [] }

  init(_ message: MessageEncoder) {
    self.message = message
    place = message.writer.reserveCount()
  }

  private mutating func countOne() {
    count += 1
    message.writer.write(count: count, at: place)
  }

  mutating func encodeNil() {
    countOne()
    message.writer.write(false)
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    countOne()
    try message.write(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> {
    countOne()
    return message.container(keyedBy: keyedBy)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    countOne()
    return message.unkeyedContainer()
  }

  func superEncoder() -> any Encoder { message }
}

private struct WrittenValue: SingleValueEncodingContainer {
  let message: MessageEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { message.writer.write(false) }
  func encode<Value: Encodable>(_ value: Value) throws { try message.write(value) }
}
