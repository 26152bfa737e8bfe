// Prints the rows of docs/TERMS.md from symbol graphs: a kernel's name in a doc comment, our symbol, its file.
import Foundation

struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Comment: Decodable {
      struct Line: Decodable { var text: String }
      var lines: [Line]
    }
    struct Extension: Decodable {
      struct Constraint: Decodable { var lhs, rhs: String }
      var constraints: [Constraint]?
    }
    struct Location: Decodable { var uri: String }

    var pathComponents: [String]
    var docComment: Comment?
    var swiftExtension: Extension?
    var location: Location?
  }
  var symbols: [Symbol]
}

/// The names in backticks of the sentence after "Kernel:". One of our types says where they are, and is no name.
func kernelNames(in comment: String) -> [Substring] {
  guard let start = comment.range(of: "Kernel: ")?.upperBound else { return [] }
  let end = comment.range(of: ". ", range: start..<comment.endIndex)?.lowerBound ?? comment.endIndex
  let sentence = comment[start..<end]
  return sentence.matches(of: /`[^`]+`/).map(\.output).filter { $0.prefixMatch(of: /`[A-Z][a-z]/) == nil }
}

var rows: Set<String> = []
for path in CommandLine.arguments.dropFirst() {
  let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  for symbol in graph.symbols {
    guard let lines = symbol.docComment?.lines, let uri = symbol.location?.uri else { continue }
    let names = kernelNames(in: lines.map(\.text).joined(separator: " "))
    guard !names.isEmpty, let file = uri.components(separatedBy: "/Sources/").last else { continue }
    var ours = symbol.pathComponents
    // A member of a pointer is one of what it points to.
    if let pointee = symbol.swiftExtension?.constraints?.first(where: { $0.lhs.hasSuffix("Pointee") }) {
      ours[0] = pointee.rhs
    }
    for name in names { rows.insert("| \(name) | `\(ours.joined(separator: "."))` | \(file) |") }
  }
}
for row in rows { print(row) }
