import Operations
import RangeMapCore
import Readers
import Testing

@Suite("Scripts of readers")
struct ReaderScriptTests {
  private let text = """
    readers 1
    # What it shows.
    tree gaps rcu
    order kernel
    fill 10 from 0x0 stride 10 width 10 a
    writer store 0x14...0x22 b
    reader 0 load 0x1e at 0 5:2 hidden 6:1
    reader 1 cursor 0 set 0x0...0x0
    reader 1 cursor 0 find through 0x40
    expect violation held-at-some-time in 2

    """

  @Test("read back as they are printed")
  func roundTrip() throws {
    let script = try ReaderScript.parse(Array(text.utf8), file: "test")
    let printed = script.text(comments: ["What it shows."])
    #expect(try ReaderScript.parse(Array(printed.utf8), file: "test") == script)
    #expect(printed.contains("reader 0 load 0x1e at 0 5:2 hidden 6:1\n"))
  }

  @Test(
    "are read as random bytes go, too, for many seeds", arguments: 0..<40 as Range<UInt64>)
  func generated(_ seed: UInt64) throws {
    var generator = ReaderScriptGenerator(seed: seed)
    let script = generator.next()
    #expect(try ReaderScript.parse(Array(script.text(comments: []).utf8), file: "test") == script)
    var again = ReaderScriptGenerator(seed: seed)
    #expect(again.next() == script)
  }

  @Test(
    "are refused with the place of the fault",
    arguments: [
      ("tree\n", "test:2:5: expected 'gaps', 'rcu', 'external-lock', 'tiny' or 'rcu', for readers take no lock, found"),
      ("tree rcu\nreader 9 load 1\n", "test:3:8: expected the number of a reader from 0 to 3, found '9'"),
      ("tree rcu\nreader 0 store 1 a\n", "test:3:10: expected an operation that a reader can make, found 'store'"),
      ("tree rcu\nwriter load 1\n", "test:3:8: expected an operation that the writer can make, found 'load'"),
      (
        "tree rcu\nload 1\n",
        "test:3:1: expected 'order', 'expect', 'writer', 'reader' or an operation that the set-up can make, "
          + "found 'load'"
      ),
      ("tree rcu\norder weak\n", "test:3:7: expected 'sequential', 'total-store' or 'kernel', found 'weak'"),
    ])
  func faults(_ text: String, _ expected: String) {
    let error = #expect(throws: ScriptError.self) {
      _ = try ReaderScript.parse(Array("readers 1\n\(text)".utf8), file: "test")
    }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "no error")")
  }
}
