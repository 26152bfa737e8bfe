import Operations

/// Scripts as tests in Swift, to be put into a test target that depends on the harness and on the tree.
package enum SwiftTestText {
  /// A file with one test, which has the script as text.
  package static func print(_ script: Script, name: String) -> String {
    let lines = ScriptText.print(script).split(separator: "\n").map { "    \($0)\n" }.joined()
    return """
      import Harness
      import MapleTreeModule
      import Operations
      import Testing

      @Test("\(title(of: name))")
      func \(identifier(of: name))() throws {
        let text = \"""
      \(lines)    \"""
        let script = try ScriptText.parse(Array(text.utf8), file: "\(title(of: name))")
        let report = Runner<MapleTreeSubject>.run(script) { MapleTreeSubject(configuration: $0) }
        #expect(report.violation == nil)
      }

      """
  }

  /// The name without what would end a string literal.
  package static func title(of name: String) -> String {
    String(name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "?" })
  }

  /// The name as a function's: letters and digits, words joined by capitals.
  package static func identifier(of name: String) -> String {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return "replays" + joined
  }
}
