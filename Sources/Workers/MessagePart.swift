/// What has a form of its own in a message. All else is made of these.
protocol MessagePart {
  func write(to message: MessageEncoder) throws
  init(from message: MessageDecoder) throws
}

extension MessagePart where Self: FixedWidthInteger {
  func write(to message: MessageEncoder) {
    // A negative number near 0 is short too.
    let bits = UInt64(truncatingIfNeeded: self)
    message.writer.write(Self.isSigned ? bits << 1 ^ UInt64(bitPattern: Int64(bitPattern: bits) >> 63) : bits)
  }

  init(from message: MessageDecoder) throws {
    guard let bits = message.reader.number() else { throw BrokenMessage() }
    self.init(truncatingIfNeeded: Self.isSigned ? bits >> 1 ^ (0 &- (bits & 1)) : bits)
  }
}

extension UInt64: MessagePart {}
extension UInt32: MessagePart {}
extension UInt16: MessagePart {}
extension UInt8: MessagePart {}
extension UInt: MessagePart {}
extension Int64: MessagePart {}
extension Int32: MessagePart {}
extension Int16: MessagePart {}
extension Int8: MessagePart {}
extension Int: MessagePart {}

extension Bool: MessagePart {
  func write(to message: MessageEncoder) { message.writer.write(self) }

  init(from message: MessageDecoder) throws {
    guard let number = message.reader.number(), number < 2 else { throw BrokenMessage() }
    self = number == 1
  }
}

extension Double: MessagePart {
  func write(to message: MessageEncoder) { bitPattern.write(to: message) }
  init(from message: MessageDecoder) throws { self.init(bitPattern: try UInt64(from: message)) }
}

extension Float: MessagePart {
  func write(to message: MessageEncoder) { bitPattern.write(to: message) }
  init(from message: MessageDecoder) throws { self.init(bitPattern: try UInt32(from: message)) }
}

extension String: MessagePart {
  func write(to message: MessageEncoder) { message.writer.write(self) }

  init(from message: MessageDecoder) throws {
    guard let text = message.reader.text() else { throw BrokenMessage() }
    self = text
  }
}

extension Optional: MessagePart where Wrapped: Codable {
  func write(to message: MessageEncoder) throws {
    message.writer.write(self != nil)
    try map(message.write)
  }

  init(from message: MessageDecoder) throws { self = try message.readPresence() ? message.read(Wrapped.self) : nil }
}

/// Its keys are texts that nobody else knows, and not names of fields.
extension Dictionary: MessagePart where Key == String, Value: Codable {
  func write(to message: MessageEncoder) throws {
    message.writer.write(count)
    for (key, value) in self {
      message.writer.write(key)
      try message.write(value)
    }
  }

  init(from message: MessageDecoder) throws {
    self.init()
    for _ in 0..<(try UInt64(from: message)) { self[try String(from: message)] = try message.read(Value.self) }
  }
}

/// Counts by name, such as a run has a hundred of: to ask for each what its type can do costs as much as the run.
typealias Counts = [String: UInt64]

extension Counts {
  func write(to writer: inout MessageWriter) {
    writer.write(count)
    for (name, count) in self {
      writer.write(name)
      writer.write(count)
    }
  }

  init(from reader: inout MessageReader) throws {
    self.init()
    guard let size = reader.number() else { throw BrokenMessage() }
    for _ in 0..<size {
      guard let name = reader.text(), let count = reader.number() else { throw BrokenMessage() }
      self[name] = count
    }
  }
}
