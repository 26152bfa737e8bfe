import Testing

@testable import Workers

/// What a worker says, its parent reads: any value, whole or not at all.
@Suite struct MessageTests {
  enum Answer: Codable, Hashable, Sendable {
    case nothing
    case found([Int], after: Double)
    indirect case again(Answer)
  }

  enum Word: String, Codable, Hashable, Sendable { case store, erase }

  struct Part: Codable, Hashable, Sendable {
    var name: String?
    var number: Int8
  }

  struct Value: Codable, Hashable, Sendable {
    var answer: Answer
    var word: Word?
    var absent: Word?
    var numbers: [Int64] = [0, -1, 1, .min, .max]
    var bytes: [UInt8] = [0, 127, 128, 255]
    var counts: [String: UInt64] = ["": 0, "a name": .max]
    var texts: [String: [String?]] = ["ä": ["ö", nil, ""]]
    var words: [Word: Bool] = [.store: true, .erase: false]
    var parts: [Part?] = [Part(name: "x", number: -128), nil, Part(number: 127)]
    var unsigned: UInt = .max
    var small: UInt16 = 65_535
  }

  static let values = [
    Value(answer: .nothing), Value(answer: .found([3, -3], after: -0.125), word: .erase),
    Value(answer: .again(.again(.found([], after: .infinity)))),
  ]

  /// What is said of values, one after the other.
  private static func said(_ values: [some Encodable]) -> [UInt8] {
    var bytes: [UInt8] = []
    let page = WorkerPage()
    defer { page.free() }
    let output = WorkerOutput(page: page, descriptor: nil, collect: { bytes += $0 }, isAskedToStop: { false })
    for value in values { output.send(value) }
    return bytes
  }

  @Test func valuesComeBackInTheirOrder() {
    var reader = MessageReader(Self.said(Self.values))
    for value in Self.values { #expect(reader.value() == value) }
    #expect(reader.isAtEnd)
  }

  @Test func optionalValuesComeBackToo() {
    var reader = MessageReader(Self.said([Self.values[1], nil]))
    let (value, nothing): (Value??, Value??) = (reader.value(), reader.value())
    #expect(value == Self.values[1])
    #expect(nothing == .some(nil))
  }

  @Test func halfAMessageIsNone() {
    let whole = Self.said(Self.values.suffix(1))
    for count in whole.indices {
      var reader = MessageReader(Array(whole[..<count]))
      let value: Value? = reader.value()
      #expect(value == nil)
      #expect(reader.place == 0)
    }
  }

  @Test func aMessageOfAnotherValueIsNone() {
    var reader = MessageReader(Self.said([Part(name: "x", number: 1)]))
    let value: Value? = reader.value()
    #expect(value == nil)
    let part: Part? = reader.value()
    #expect(part == Part(name: "x", number: 1))
  }
}
