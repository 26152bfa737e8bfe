import Checking
import Foundation
import MapleTreeModule
import Operations
import Support
import TestExport
import Testing

@testable import maplecheck

@Suite("maplecheck convert --to c")
struct CTestTextTests {
  static let root = ProjectFolder.ofSource()

  static func convert(_ script: String, name: String) throws -> String {
    let script = try ScriptText.parse(Array(script.utf8), file: "\(name).maple")
    return String(decoding: ConvertedScript(script, name: name, to: .c).bytes, as: UTF8.self)
  }

  @Test("writes a call for each operation, with what the sorted array says of it")
  func calls() throws {
    let script = """
      maple 1
      tree gaps rcu
      store 0x10...0x1f a
      insert 0x18 v7 nowait
      load 0x10
      cursor 2 set 0x0
      cursor 2 find through 0xff
      fail 1
      erase 0x12
      store 0x20...max b
      """
    let expected = """
      /* For lib/test_maple_tree.c and tools/testing/radix-tree/maple.c. */
      static noinline void __init maplecheck_a_small_script(struct maple_tree *mt)
      {
      \tstatic const unsigned long content0[][3] = {
      \t\t{ 0x20, ULONG_MAX, 0x2000 },
      \t};
      \tMA_STATE(mas2, mt, 0, 0);
      \tMA_STATE(all, mt, 0, 0);
      \tunsigned long i;

      \tmt_init_flags(mt, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU);
      #ifndef __KERNEL__
      \tmt_set_non_kernel(~0U);
      #endif
      \tMT_BUG_ON(mt, mtree_store_range(mt, 0x10, 0x1f, (void *)0x1000,
      \t\t\tGFP_KERNEL));
      \tMT_BUG_ON(mt, mtree_insert_range(mt, 0x18, 0x18, xa_mk_value(7),
      \t\t\tGFP_NOWAIT) != -EEXIST);
      \tMT_BUG_ON(mt, mtree_load(mt, 0x10) != (void *)0x1000);
      \tmas_set_range(&mas2, 0, 0);
      \tmas_lock(&mas2);
      \tMT_BUG_ON(mt, mas_find(&mas2, 0xff) != (void *)0x1000);
      \tmas_unlock(&mas2);
      \tMT_BUG_ON(mt, mas2.index != 0x10);
      \tMT_BUG_ON(mt, mas2.last != 0x1f);
      \tMT_BUG_ON(mt, mas2.status != ma_active);
      \t/* The call asks for no memory: fail 1 */
      \tMT_BUG_ON(mt, mtree_erase(mt, 0x12) != (void *)0x1000);
      \tmas_pause(&mas2);
      \tMT_BUG_ON(mt, mtree_store_range(mt, 0x20, ULONG_MAX, (void *)0x2000,
      \t\t\tGFP_KERNEL));
      \tmas_init(&all, mt, 0);
      \tmas_lock(&all);
      \tfor (i = 0; i < ARRAY_SIZE(content0); i++) {
      \t\tMT_BUG_ON(mt, mas_find(&all, ULONG_MAX) !=
      \t\t\t\t(void *)content0[i][2]);
      \t\tMT_BUG_ON(mt, all.index != content0[i][0]);
      \t\tMT_BUG_ON(mt, all.last != content0[i][1]);
      \t}
      \tMT_BUG_ON(mt, mas_find(&all, ULONG_MAX) != NULL);
      \tmas_unlock(&all);
      \tmt_validate(mt);
      \tmtree_destroy(mt);
      #ifndef __KERNEL__
      \tmt_set_non_kernel(0);
      #endif
      }

      """
    #expect(try Self.convert(script, name: "a small-script") == expected)
  }

  @Test("names what has no counterpart, and leaves out what the kernel would not check")
  func comments() throws {
    let script = """
      maple 1
      tree
      gap lowest 1
      meanwhile store 0x1 a
      reader enter
      prepare 0x1...0x2 a
      store 0x5 b
      store-prepared
      bulk begin 0
      bulk store 0x8 c
      bulk end
      cursor 0 set 0x2...0x1
      cursor 0 store a
      """
    let text = try Self.convert(script, name: "x")
    for line in [
      "\t/* Left to the caller to check (gaps not tracked): gap lowest 1 */",
      "\t/* No counterpart here: meanwhile store 0x1 a */",
      "\t/* No counterpart here: reader enter */",
      "\t * The tree changed since mas_preallocate(), so the store would not fit:",
      "\t/* More than were expected: a plain store. */",
      "\t/* Left to the caller to check (invalid range): cursor 0 store a */",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    #expect(!text.contains("mas_store_prealloc"))
    // What was never carried out is given back.
    #expect(text.contains("\tmas_destroy(&prepared);\n"))
  }

  @Test("refuses memory and lets another writer in by the hooks of the suite in user space")
  func hooks() throws {
    let script = """
      maple 1
      tree
      fail 1
      store 0x10...0x1f a nowait
      fail 1
      meanwhile store 0x50 c
      store 0x10...0x1f a
      fail 1
      load 0x10
      fail 2
      store 0x60 d nowait
      fail 1
      store 0x10...0x1f b
      fail 1 forever
      dup
      """
    let text = try Self.convert(script, name: "find")
    // A script may be named as a function of the kernel's is.
    #expect(text.contains("static noinline void __init maplecheck_find(struct maple_tree *mt)\n"))
    for part in [
      """
      #ifndef __KERNEL__
      \tmt_set_non_kernel(0);
      \tMT_BUG_ON(mt, mtree_store_range(mt, 0x10, 0x1f, (void *)0x1000,
      \t\t\tGFP_NOWAIT) != -ENOMEM);
      \tmt_set_non_kernel(~0U);
      #endif

      """,
      """
      static noinline void __init maplecheck_find_meanwhile0(void *private)
      {
      \tstruct maple_tree *mt = private;

      #ifndef __KERNEL__
      \tmt_set_callback(NULL);
      \tmt_set_non_kernel(~0U);
      #endif
      \tMT_BUG_ON(mt, mtree_store_range(mt, 0x50, 0x50, (void *)0x3000,
      \t\t\tGFP_KERNEL));
      #ifndef __KERNEL__
      \tmt_set_non_kernel(0);
      #endif
      }

      """,
      """
      \tmt_set_non_kernel(0);
      \tmt_set_private(mt);
      \tmt_set_callback(maplecheck_find_meanwhile0);
      #else
      \t/* Nothing waits here: the other writer comes first. */
      \tmaplecheck_find_meanwhile0(mt);
      #endif
      \tMT_BUG_ON(mt, mtree_store_range(mt, 0x10, 0x1f, (void *)0x1000,
      \t\t\tGFP_KERNEL));
      #ifndef __KERNEL__
      \tmt_set_callback(NULL);
      \tmt_set_non_kernel(~0U);
      #endif

      """,
      "\t/* No counterpart here: fail 1 */\n", "\t/* No counterpart here: fail 2 */\n",
      "\t/* The call asks for no memory: fail 1 */\n", "\t/* No counterpart here: fail 1 forever */\n",
      // What the other writer stored is there at the end.
      "\t\t{ 0x50, 0x50, 0x3000 },\n",
    ] {
      #expect(text.contains(part), "\(part)\n\(text)")
    }
  }

  @Test("goes on with the state of a search for a gap, and adds to a reserve of bulk mode, as the script's caller does")
  func statesThatGoOn() throws {
    let script = """
      maple 1
      tree gaps
      store 0x10...0x1f a
      gap lowest 1
      gap lowest 1
      gap highest 1
      store 0x20 a
      gap highest 1 in 0x0...0xf
      bulk begin 10
      bulk begin 20
      store 0x30 a
      bulk begin 30
      """
    let text = try Self.convert(script, name: "x")
    let search = "code = mas_empty_area(&gap, 0, ULONG_MAX, 1);"
    #expect(text.contains("\tmas_init(&gap, mt, 0);\n\tmas_lock(&gap);\n\t\(search)\n"))
    // The second goes on; the next one looks the other way, and a store came before the last.
    #expect(text.contains("gap.index);\n\tmas_lock(&gap);\n\t\(search)\n"), "\(text)")
    #expect(text.components(separatedBy: "mas_init(&gap, mt, 0);").count == 4)
    #expect(text.components(separatedBy: "bulk.mas_flags &= ~MA_STATE_PREALLOC;").count == 2)
    #expect(text.components(separatedBy: "mas_init(&bulk, mt, 0);").count == 3)
  }

  @Test("asks our tree with the algorithm of the kernel that the test is for which calls want memory")
  func memoryByAlgorithm() throws {
    let url = Self.root.appendingPathComponent("corpus/linux/7.3/retry-keeps-heights.maple")
    let script = try ScriptText.parse(Array(Data(contentsOf: url)), file: url.path)
    func text(_ rule: RebuildRule) -> String {
      String(decoding: ConvertedScript(script, name: "x", to: .c, rule: rule).bytes, as: UTF8.self)
    }
    #expect(text(.toTheRoot).contains("The call asks for no memory: meanwhile store 0x5b a; fail 1"))
    #expect(text(.copiedByLevel).contains("mt_set_callback(maplecheck_x_meanwhile"))
    #expect(!text(.copiedByLevel).contains("asks for no memory: meanwhile store 0x5b"))
  }

  @Test("asks for words of 64 bits where a number needs them")
  func longWords() throws {
    let long = try Self.convert("maple 1\ntree\nload 0x100000000\n", name: "long")
    #expect(long.hasPrefix("#ifdef CONFIG_64BIT\n") && long.hasSuffix("}\n#endif\n"))
    let short = try Self.convert("maple 1\ntree\nload 0xffffffff\n", name: "short")
    #expect(short.contains("*/\nstatic noinline void __init maplecheck_short("))
  }

  // MARK: On a kernel

  /// Where a kernel's source is, for `build.sh`: a tree, or `nil` for the package; nothing where there is neither.
  static let kernel: (tree: String?, isThere: Bool) = {
    let environment = ProcessInfo.processInfo.environment
    if let tree = environment["LINUX_SRC"] { return (tree, true) }
    let built = environment["MAPLECHECK_LINUX"] ?? root.appendingPathComponent(".build/linux").path
    let tree = built + "/source/6.12"
    if FileManager.default.fileExists(atPath: tree + "/.done") { return (tree, true) }
    return (nil, FileManager.default.fileExists(atPath: "/usr/src/linux-source-6.12.tar.xz"))
  }()

  static func run(_ executable: String, _ arguments: [String], _ environment: [String: String] = [:]) throws
    -> (status: Int32, text: String)
  {
    let run = try ProgramRun(executable, arguments, environment: environment)
    return (run.status, run.output + run.errors)
  }

  /// The whole functions among the tests of the findings.
  static func findings() throws -> String {
    let document = try String(contentsOf: root.appendingPathComponent("docs/FINDINGS.md"), encoding: .utf8)
    let blocks = document.split(separator: "```c\n").dropFirst().compactMap { $0.split(separator: "```").first }
    return blocks.filter { $0.hasPrefix("static noinline void __init ") }.joined(separator: "\n")
  }

  @Test(
    "writes C that compiles with a kernel's tree, passes on it, and fails where that has a fault, as the findings' tests do",
    .enabled(if: kernel.isThere, "no kernel source: install linux-source-6.12, or set LINUX_SRC"))
  func runsOnAKernel() throws {
    let sound = [
      "handwritten/allocate-cyclic", "handwritten/duplicate", "handwritten/every-operation",
      "handwritten/external-lock",
      "handwritten/readers", "handwritten/slot-stores", "handwritten/spanning-stores", "seeds/bash-forks-command-short",
    ]
    var text = ""
    for path in sound.map({ "tree/" + $0 }) + ["linux/insert-over-all"] {
      let script = try String(
        contentsOf: Self.root.appendingPathComponent("corpus/\(path).maple"), encoding: .utf8)
      text += try Self.convert(script, name: ConvertedScript.name(of: path)) + "\n"
    }
    text += try Self.findings()
    let scratch = try ScratchDirectory()
    var environment = [
      "FLAVOURS": "test", "TEST": try scratch.write("tests.c", text), "OUTPUT": scratch.path + "/linux",
    ]
    if let tree = Self.kernel.tree { environment["LINUX_SRC"] = tree }
    let build = try Self.run("/bin/sh", [Self.root.appendingPathComponent("Adapters/linux/build.sh").path], environment)
    try #require(build.status == 0, "\(build.text)")
    #expect(!build.text.contains("warning:"), "\(build.text)")

    let program = scratch.path + "/linux/run-test"
    let names = sound.map { CTestText.identifier(of: ConvertedScript.name(of: $0)) }
    let passed = try Self.run(program, names)
    #expect(passed.status == 0)
    #expect(passed.text == names.map { "\($0): passed\n" }.joined())

    let help = try Self.run(program, ["--help"])
    #expect(help.status == 0 && names.allSatisfy { help.text.contains("  \($0)\n") })
    let unknown = try Self.run(program, [names[0], "nosuch"])
    #expect(unknown.status == 2)
    #expect(unknown.text == "run-test: expected the name of a test, found 'nosuch'; run-test --help lists them\n")

    let faulty = try Self.run(program, ["maplecheck_insert_over_all"])
    #expect(faulty.status != 0)
    #expect(faulty.text.contains("MT_BUG_ON(mtree_insert_range(mt, "), "\(faulty.text)")
    #expect(faulty.text.contains(") in maplecheck_insert_over_all(), line "), "\(faulty.text)")
    for name in ["check_rcu_teardown", "check_store_return"] {
      #expect(try Self.run(program, [name]).status != 0, "\(name) of docs/FINDINGS.md")
    }
  }
}
