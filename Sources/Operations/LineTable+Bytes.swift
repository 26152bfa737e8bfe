import RangeMapCore

// A script as bytes, for worlds whose lines are coded part by part: a record for each line, ended by the byte 0xff. It
// begins with the place of the line's form in the table; the parts follow in their order.
extension LineTable {
  /// Writes a line.
  /// - Parameter place: the place of its form.
  public func write(_ line: Line, as place: Int, to writer: inout RecordWriter) {
    writer.append(UInt8(place))
    for part in forms[place].parts { part.code?.write(line, &writer) }
    writer.append(RecordNumber.delimiter)
  }

  /// Reads the next line of any bytes.
  /// - Parameter line: a line as lines begin.
  /// - Returns: the place of its form; `nil` after the last line.
  public func read(_ line: inout Line, from reader: inout RecordReader) -> Int? {
    guard reader.skipDelimiters() else { return nil }
    let place = Int(reader.next()) % forms.count
    for part in forms[place].parts { part.code?.read(&reader, &line) }
    reader.skipRecord()
    return place
  }

  /// A dictionary for libFuzzer: a whole record of each form, and the bytes of telling numbers.
  /// - Parameter line: a line as lines begin.
  public func dictionary(_ line: Line) -> String {
    var text = "# Records of each form.\n"
    for (place, form) in forms.enumerated() {
      var writer = RecordWriter()
      write(line, as: place, to: &writer)
      text += RecordWriter.dictionaryLine("\(form.parts[0].syntax)_\(place)", writer.bytes)
    }
    return text + RecordWriter.numberDictionary()
  }

  /// Changes one part of a line, and keeps to what the part can be.
  /// - Parameters:
  ///   - place: the place of the line's form.
  ///   - other: a line of the same form, from which the part is taken now and then.
  public func mutate(_ line: inout Line, as place: Int, from other: Line, using generator: inout SeededGenerator) {
    let codes = forms[place].parts.compactMap(\.code)
    if codes.isEmpty { return }
    let code = codes[Int(generator.below(UInt64(codes.count)))]
    var writer = RecordWriter()
    code.write(generator.oneIn(4) ? other : line, &writer)
    var bytes = writer.bytes
    let changed = Int(generator.below(UInt64(max(bytes.count, 1))))
    switch generator.below(4) {
    case 0: bytes = (0...generator.below(4)).map { _ in UInt8(generator.below(0xff)) }
    case 1 where !bytes.isEmpty: bytes[changed] = UInt8(generator.below(0xff))
    case 2 where !bytes.isEmpty: bytes[changed] = bytes[changed] == 0 ? 1 : bytes[changed] - 1
    default: if !bytes.isEmpty { bytes[changed] = min(bytes[changed] &+ 1, 0xfe) }
    }
    bytes.withUnsafeBytes {
      var reader = RecordReader($0, from: 0)
      code.read(&reader, &line)
    }
  }
}
