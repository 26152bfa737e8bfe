import RangeMapCore

/// Scripts as bytes, for a fuzzer that knows nothing of operations.
///
/// The first byte is the configuration. Records follow, one an operation, each ended by the byte 0xff, which occurs
/// nowhere else. A record that ends early reads on as zeros, and what it has too much of is ignored: so an edit changes
/// the operation it falls into, or joins or parts two neighbours, and no more.
///
/// A record is the byte of its kind, with the policy or the flag in the high bits; then, if its row has them:
/// cursor and move in one byte, the number, the range, stride and width, the entry. `RecordReader` tells how numbers
/// and entries are written.
public enum OperationCoding {
  private static let kindMask: UInt8 = 0x3f
  private static let flagBit: UInt8 = 0x40
  private static let policyShift: UInt8 = 6

  /// Makes a script of any bytes; never traps, and takes at most `limit` operations.
  public static func decode(_ bytes: UnsafeRawBufferPointer, limit: Int = 4096) -> Script {
    guard let header = bytes.first else { return Script() }
    var script = Script(configuration: configuration(of: header))
    var reader = RecordReader(bytes, from: 1)
    // No record has less than two bytes with its end.
    script.operations.reserveCapacity(min(limit, bytes.count / 2))
    while script.operations.count < limit, reader.skipDelimiters() {
      script.operations.append(operation(from: &reader))
      reader.skipRecord()
    }
    return script
  }

  /// Makes a script of an array of bytes.
  public static func decode(_ bytes: [UInt8], limit: Int = 4096) -> Script {
    bytes.withUnsafeBytes { decode($0, limit: limit) }
  }

  /// The bytes of a script: `decode` makes the same script of them, if its limit is high enough.
  public static func encode(_ script: Script) -> [UInt8] {
    // Few records are longer.
    var writer = RecordWriter(capacity: 8 * (script.operations.count + 1))
    writer.append(header(of: script.configuration))
    for operation in script.operations { append(operation, to: &writer) }
    return writer.bytes
  }

  static func configuration(of header: UInt8) -> MapConfiguration {
    MapConfiguration(
      tracksGaps: header & 1 != 0, usesReadCopyUpdate: header & 2 != 0, hasExternalLock: header & 4 != 0,
      geometry: header & 8 != 0 ? .tiny : .linux64)
  }

  static func header(of configuration: MapConfiguration) -> UInt8 {
    (configuration.tracksGaps ? 1 : 0) | (configuration.usesReadCopyUpdate ? 2 : 0)
      | (configuration.hasExternalLock ? 4 : 0) | (configuration.isTiny ? 8 : 0)
  }

  private static func operation(from reader: inout RecordReader) -> Operation {
    let opcode = reader.next()
    let kinds = OperationKind.allCases
    var operation = Operation(kinds[Int(opcode & kindMask) % kinds.count])
    let used = operation.kind.fields
    if used.contains(.policy) { operation.policy = AllocationPolicy(rawValue: opcode >> policyShift) ?? .maySleep }
    if used.contains(.flag) { operation.flag = opcode & flagBit != 0 }
    if used.contains(.cursor) {
      let byte = reader.next()
      operation.cursor = Int(byte & 3)
      if used.contains(.move) { operation.move = CursorMove.allCases[Int(byte >> 2) % CursorMove.allCases.count] }
    }
    if !used.isDisjoint(with: [.size, .limit]) { operation.number = reader.number() }
    if used.contains(.range) {
      operation.range = reader.range()
    } else if used.contains(.index) {
      operation.index = reader.number()
    }
    if used.contains(.stride) {
      operation.stride = reader.number()
      operation.width = reader.number()
    }
    if !used.isDisjoint(with: [.entry, .optionalEntry]) { operation.entry = reader.entry() }
    return operation.normalized
  }

  static func append(_ operation: Operation, to writer: inout RecordWriter) {
    let used = operation.kind.fields
    var opcode = operation.kind.rawValue
    if used.contains(.policy) { opcode |= operation.policy.rawValue << policyShift }
    if used.contains(.flag), operation.flag { opcode |= flagBit }
    writer.append(opcode)
    if used.contains(.cursor) {
      let move = used.contains(.move) ? operation.move.rawValue << 2 : 0
      writer.append(UInt8(operation.cursor) | move)
    }
    if !used.isDisjoint(with: [.size, .limit]) { writer.append(number: operation.number) }
    if used.contains(.range) {
      writer.append(range: operation.range)
    } else if used.contains(.index) {
      writer.append(number: operation.index)
    }
    if used.contains(.stride) {
      writer.append(number: operation.stride)
      writer.append(number: operation.width)
    }
    if !used.isDisjoint(with: [.entry, .optionalEntry]) { writer.append(entry: operation.entry) }
    writer.append(RecordNumber.delimiter)
  }
}
