import Foundation

/// An object of JSON: names and values. A value that is absent is left out.
package struct JSONObject: Encodable, ExpressibleByDictionaryLiteral {
  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let fields: [(name: Name, value: any Encodable)]

  package init(dictionaryLiteral fields: (String, (any Encodable)?)...) {
    self.fields = fields.compactMap { name, value in value.map { (Name(stringValue: name), $0) } }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in fields { try container.encode(value, forKey: name) }
  }
}

/// A result as text for programs: keys sorted, one newline at the end.
package func json(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
