import MapleTreeModule
import Operations
import RangeMapCore

/// Scripts as tests in C, in the style of the kernel's own suite for the maple tree, to be pasted into it.
///
/// What each call must return is what the sorted array returns; what a script asks of the harness and a kernel's test
/// cannot do is a comment.
package enum CTestText {
  /// One function, which takes an empty tree and leaves it empty.
  /// - Parameter rule: the algorithm of the kernel that the test is for.
  package static func print(_ script: Script, name: String, rule: RebuildRule) -> String {
    var writer = CTestWriter(script, name: identifier(of: name), rule: rule)
    for operation in script.operations { writer.add(operation) }
    writer.finish()
    var text = "/* For lib/test_maple_tree.c and tools/testing/radix-tree/maple.c. */\n"
    text += writer.callbacks.map { $0 + "\n" }.joined()
    text += "static noinline void __init \(writer.name)(struct maple_tree *mt)\n{\n"
    text += declarations(of: writer) + "\n"
    if script.configuration.geometry != .linux64 {
      text += "\t/* The script is for nodes of another size. */\n"
    }
    if script.configuration.hasExternalLock {
      text += CTestWords.comment("The script's tree has a lock of its caller's; this one has its own.")
    }
    text += CTestWords.statement("mt_init_flags(mt, \(flags(of: script.configuration)));")
    // In user space memory is refused to whoever may not wait for it, unless a test asks otherwise.
    text += "#ifndef __KERNEL__\n\tmt_set_non_kernel(~0U);\n#endif\n"
    text += writer.body + "}\n"
    // Numbers of more digits do not fit a word of 32 bits.
    return text.contains(/0x[0-9a-f]{9}/) ? "#ifdef CONFIG_64BIT\n\(text)#endif\n" : text
  }

  /// The name as a function's: letters and digits in lower case, words joined by underscores. No function of the
  /// kernel's suites begins so: theirs begin with `check_`, and a script may be named as one of them is.
  package static func identifier(of name: String) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return (["maplecheck"] + words.map(String.init)).joined(separator: "_")
  }

  private static func flags(of configuration: MapConfiguration) -> String {
    var flags: [String] = []
    if configuration.tracksGaps { flags.append("MT_FLAGS_ALLOC_RANGE") }
    if configuration.usesReadCopyUpdate { flags.append("MT_FLAGS_USE_RCU") }
    return flags.isEmpty ? "0" : flags.joined(separator: " | ")
  }

  private static func declarations(of writer: CTestWriter) -> String {
    var text = ""
    for (number, table) in writer.tables.enumerated() {
      text += "\tstatic const unsigned long content\(number)[][3] = {\n"
      for (range, entry) in table {
        let word = CTestWords.text(ofWord: entry.word)
        text += "\t\t{ \(CTestWords.text(of: range.first)), \(CTestWords.text(of: range.last)), \(word) },\n"
      }
      text += "\t};\n"
    }
    if writer.copies > 0 { text += "\tstruct maple_tree copies[\(writer.copies)];\n" }
    for variable in CTestVariable.allCases where writer.variables.contains(variable) {
      text += "\t\(variable.declaration);\n"
    }
    return text
  }
}

/// What a test may have to declare, in the order in which it does.
enum CTestVariable: Hashable, CaseIterable {
  case cursor0, cursor1, cursor2, cursor3, prepared, bulk, gap, all
  case index, next, count, number, code, entry

  static let cursors: [CTestVariable] = [.cursor0, .cursor1, .cursor2, .cursor3]

  /// The declaration without what ends it.
  var declaration: String {
    switch self {
    case .cursor0: "MA_STATE(mas0, mt, 0, 0)"
    case .cursor1: "MA_STATE(mas1, mt, 0, 0)"
    case .cursor2: "MA_STATE(mas2, mt, 0, 0)"
    case .cursor3: "MA_STATE(mas3, mt, 0, 0)"
    case .prepared: "MA_STATE(prepared, mt, 0, 0)"
    case .bulk: "MA_STATE(bulk, mt, 0, 0)"
    case .gap: "MA_STATE(gap, mt, 0, 0)"
    case .all: "MA_STATE(all, mt, 0, 0)"
    case .index: "unsigned long index"
    case .next: "unsigned long next = 0"
    case .count: "unsigned long count"
    case .number: "unsigned long i"
    case .code: "int code"
    case .entry: "void *entry"
    }
  }
}
