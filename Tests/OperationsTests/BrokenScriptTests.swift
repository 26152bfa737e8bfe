import Operations
import RangeMapCore
import Testing

/// What is said about scripts that cannot be read.
struct BrokenScriptTests {
  private func failure(_ text: [UInt8]) -> String {
    do throws(ScriptError) {
      return "read as \(try ScriptText.parse(text, file: "x.maple"))"
    } catch {
      return error.description
    }
  }

  /// Lines that come third in a script.
  static let lines: [(line: String, error: String)] = [
    ("store banana a", "3:7: expected a range such as 0x10...0x1f, found 'banana'"),
    ("store", "3:6: expected a range such as 0x10...0x1f, found the end of the line"),
    ("store   # nothing", "3:18: expected a range such as 0x10...0x1f, found the end of the line"),
    ("store 0x10..0x1f a", "3:7: expected a range such as 0x10...0x1f, found '0x10..0x1f'"),
    ("store 0x10....0x1f a", "3:7: expected a range such as 0x10...0x1f, found '0x10....0x1f'"),
    ("store 0x...0x1f a", "3:7: expected a range such as 0x10...0x1f, found '0x...0x1f'"),
    ("store 0x10... a", "3:7: expected a range such as 0x10...0x1f, found '0x10...'"),
    ("store 0x10 ab", "3:12: expected an entry such as a, v5, zero, @0x406a or -, found 'ab'"),
    ("store 0x10 @0", "3:12: expected an entry such as a, v5, zero, @0x406a or -, found '@0'"),
    (
      "store 0x10 v0x8000000000000000",
      "3:12: expected an entry such as a, v5, zero, @0x406a or -, found 'v0x8000000000000000'"
    ),
    ("store 0x10 a nowiat", "3:14: expected 'nowait', 'atomic' or the end of the line, found 'nowiat'"),
    ("store 0x10 a atomic b", "3:21: expected the end of the line, found 'b'"),
    ("store 0x10\u{0}a b", "3:7: expected a range such as 0x10...0x1f, found '0x10\\x00a'"),
    ("store 0x10 é", "3:12: expected an entry such as a, v5, zero, @0x406a or -, found '\\xc3\\xa9'"),
    ("store 0x10 a\rverify", "3:12: expected an entry such as a, v5, zero, @0x406a or -, found 'a\\x0dverify'"),
    ("insert 0x10 -", "3:13: expected an entry such as a, v5, zero or @0x406a, found '-'"),
    ("load 0x10...0x1f", "3:6: expected an index such as 0x10, found '0x10...0x1f'"),
    ("load 18446744073709551616", "3:6: expected an index such as 0x10, found '18446744073709551616'"),
    ("load 0x10000000000000000", "3:6: expected an index such as 0x10, found '0x10000000000000000'"),
    ("load -1", "3:6: expected an index such as 0x10, found '-1'"),
    ("load 1f", "3:6: expected an index such as 0x10, found '1f'"),
    ("find 0x10 to 0x20", "3:11: expected 'through' or the end of the line, found 'to'"),
    ("find 0x10 through", "3:18: expected an index such as 0x10, found the end of the line"),
    ("previous 0x10 through 1", "3:15: expected 'down-to' or the end of the line, found 'through'"),
    ("gap 4", "3:5: expected 'lowest' or 'highest', found '4'"),
    ("gap lowest many", "3:12: expected a size, found 'many'"),
    ("allocate middle 4 a", "3:10: expected 'lowest', 'highest' or 'cyclic', found 'middle'"),
    ("allocate lowest 4 B", "3:19: expected 'in' or an entry such as a, v5, zero or @0x406a, found 'B'"),
    ("fill 65536 a", "3:6: expected a count of at most 65535, found '65536'"),
    (
      "fill 5 at 0 a",
      "3:8: expected 'from', 'stride', 'width' or an entry such as a, v5, zero or @0x406a, found 'at'"
    ),
    ("rcu maybe", "3:5: expected 'on' or 'off', found 'maybe'"),
    ("dup dup", "3:5: expected 'nowait', 'atomic' or the end of the line, found 'dup'"),
    ("bulk", "3:5: expected 'begin', 'store', 'end' or 'fill', found the end of the line"),
    ("bulk fill 65536 a", "3:11: expected a count of at most 65535, found '65536'"),
    ("at-most few", "3:9: expected a number of nodes, found 'few'"),
    ("cursor 4 walk", "3:8: expected the number of a cursor, 0 to 3, found '4'"),
    (
      "cursor 0 jump",
      "3:10: expected 'set', 'walk', 'find', 'find-range', 'next', 'next-range', 'previous', 'previous-range', "
        + "'find-reverse', 'find-range-reverse', 'pause', 'reset', 'store' or 'erase', found 'jump'"
    ),
    ("cursor 0 next down-to 1", "3:15: expected 'through' or the end of the line, found 'down-to'"),
    ("fail first", "3:6: expected the index of an allocation request, found 'first'"),
    ("fail 2 never", "3:8: expected 'forever' or the end of the line, found 'never'"),
    ("meanwhile erase 1", "3:11: expected 'store', found 'erase'"),
    ("reader sleep", "3:8: expected 'enter' or 'leave', found 'sleep'"),
    ("Store 1 a", "3:1: expected an operation such as 'store', found 'Store'"),
    (
      "  " + String(repeating: "x", count: 50),
      "3:3: expected an operation such as 'store', found '\(String(repeating: "x", count: 40))...'"
    ),
    ("verify # a\u{1}", "3:11: expected printable UTF-8 text, found byte 0x01"),
    ("verify # a\u{0}", "3:11: expected printable UTF-8 text, found byte 0x00"),
  ]

  @Test func `a broken line says where it is broken and what belongs there`() {
    for (line, error) in BrokenScriptTests.lines {
      for end in ["\n", "\r\n", "\nverify\n"] {
        #expect(failure(Array("maple 1\ntree gaps\n\(line)\(end)".utf8)) == "x.maple:" + error)
      }
      let atEnd = error.replacing("found the end of the line", with: "found the end of the file")
      #expect(failure(Array("maple 1\ntree gaps\n\(line)".utf8)) == "x.maple:" + atEnd)
    }
  }

  /// Files whose two first lines are the trouble.
  static let files: [(text: String, error: String)] = [
    ("", "1:1: expected 'maple 1', found an empty file"),
    ("\n", "1:1: expected 'maple 1', found the end of the line"),
    ("# a script\nmaple 1\n", "1:11: expected 'maple 1', found the end of the line"),
    ("\u{feff}maple 1\n", "1:1: expected 'maple 1', found '\\xef\\xbb\\xbfmaple'"),
    ("\u{7f}ELF\u{2}\u{1}\u{0}", "1:1: expected 'maple 1', found '\\x7fELF\\x02\\x01\\x00'"),
    ("mapel 1\n", "1:1: expected 'maple 1', found 'mapel'"),
    ("maple\n", "1:6: expected the version 1, found the end of the line"),
    ("maple 2\ntree\n", "1:7: expected the version 1, found '2'"),
    ("maple 1 tree\n", "1:9: expected the end of the line, found 'tree'"),
    ("maple 1", "1:8: expected the line 'tree', found the end of the file"),
    ("maple 1\n\n# nothing\n", "4:1: expected the line 'tree', found the end of the file"),
    ("maple 1\nstore 1 a\n", "2:1: expected the line 'tree', found 'store'"),
    (
      "maple 1\ntree huge\n",
      "2:6: expected 'gaps', 'rcu', 'external-lock', 'tiny' or the end of the line, found 'huge'"
    ),
    (
      "maple 1\ntree rcu gaps rcu\n",
      "2:15: expected 'external-lock', 'tiny' or the end of the line, found 'rcu'"
    ),
    ("maple 1\ntree\ntree\n", "3:1: expected an operation such as 'store', found 'tree'"),
  ]

  @Test func `a broken file says where it is broken and what belongs there`() {
    for (text, error) in BrokenScriptTests.files { #expect(failure(Array(text.utf8)) == "x.maple:" + error) }
  }

  @Test func `malformed UTF-8 in a comment is refused at its first byte`() {
    // A lone continuation, an overlong form, a surrogate, too large a scalar, a sequence cut short, and no lead byte at
    // all.
    let malformed: [[UInt8]] = [
      [0x80], [0xc0, 0xaf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0xff],
    ]
    for bytes in malformed {
      let text = Array("maple 1\n# é".utf8) + bytes + Array("\ntree\n".utf8)
      let byte = String(bytes[0], radix: 16)
      #expect(failure(text) == "x.maple:2:5: expected printable UTF-8 text, found byte 0x\(byte)")
    }
  }

  @Test func `arbitrary bytes, and scripts with a few bytes changed, are read or refused, and never trap`() throws {
    var random = SeededGenerator(seed: 1)
    let text = Array(ScriptText.print(Samples.generated(seed: 3, count: 40)).utf8)
    var refused = 0
    for _ in 0..<5_000 {
      var bytes = text
      for _ in 0..<(1 + random.below(3)) {
        let place = Int(random.below(UInt64(bytes.count)))
        switch random.below(3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      do throws(ScriptError) {
        let script = try ScriptText.parse(bytes, file: "x.maple")
        #expect(try ScriptText.parse(Array(ScriptText.print(script).utf8), file: "x.maple") == script)
      } catch {
        refused += 1
        #expect(error.line >= 1 && error.column >= 1 && !error.expected.isEmpty && !error.found.isEmpty)
      }
      _ = try? ScriptText.parse(Samples.bytes(count: 50, using: &random), file: "x.maple")
    }
    #expect(refused > 1_000 && refused < 5_000)
  }
}
