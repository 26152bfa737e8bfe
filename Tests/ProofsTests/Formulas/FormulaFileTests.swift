import Foundation
import MapleTreeModule
import Operations
import Proofs
import RangeMapCore
import Support
import Testing

struct FormulaFileTests {
  static let root = ProjectFolder.ofSource()

  private func file(_ name: String) throws -> FormulaFile {
    let url = Self.root.appendingPathComponent("models/bounds/\(name).toml")
    return try FormulaFile.parse(String(contentsOf: url, encoding: .utf8), file: name + ".toml")
  }

  static let good = """
    name = "test"
    source = "a test"
    algorithm = "6.12"

    [nodes]
    root-store = "1"
    new-root = "1"
    exact-fit = "0"
    append = "0"
    slot-store = "0"
    node-store = "rcu"
    split-store = "2 * height + 1"
    rebalance = "2 * height - 1"
    spanning-store = "3 * height"
    """

  private func fault(_ edit: (inout String) -> Void) -> String? {
    var text = Self.good
    edit(&text)
    do throws(ScriptError) {
      _ = try FormulaFile.parse(text, file: "x.toml")
      return nil
    } catch {
      return error.description
    }
  }

  private func replacing(_ old: String, _ new: String) -> String? {
    fault { $0 = $0.replacingOccurrences(of: old, with: new) }
  }

  @Test(arguments: ["linux-6.1", "prealloc-v2-2023", "linux-6.12", "linux-6.16", "tight"])
  func `the files of the package can be read, and are named as they say`(name: String) throws {
    let file = try file(name)
    #expect(file.name == name)
    #expect(file.entries.count == StoreKind.allCases.count)
  }

  @Test func `the formulas are those of the kernels`() throws {
    let values = FormulaValues(height: 4, vacant: 1, sufficient: 2, rcu: 1)
    let table = try ["linux-6.1", "prealloc-v2-2023", "linux-6.12", "linux-6.16"].map { name in
      let file = try file(name)
      return StoreKind.allCases.map { file[$0].value(at: values) }
    }
    // The columns are those of `StoreKind`.
    #expect(table[0] == [13, 13, 13, 13, 13, 13, 13, 13, 13])
    #expect(table[1] == [1, 1, 0, 0, 0, 1, 9, 7, 13])
    #expect(table[2] == [1, 1, 0, 0, 0, 1, 9, 7, 13])
    #expect(table[3] == [1, 1, 0, 0, 0, 1, 7, 7, 10])
  }

  @Test func `the tree's own demand is the formula of Linux 6.12`() throws {
    let file = try file("linux-6.12")
    var domain = ConcreteDomain()
    for kind in StoreKind.allCases {
      for height in 0...Formula.greatestHeight where kind.canOccur(at: height) {
        for rcu in [false, true] {
          let demand = NodeDemand.nodes(
            for: kind, height: height, usesReadCopyUpdate: rcu, buildsLeaf: true, in: &domain)
          #expect(file[kind].value(at: FormulaValues(height: height, rcu: rcu ? 1 : 0)) == demand)
        }
      }
    }
  }

  @Test func `each fault is told with its place, what was expected and what was found`() {
    #expect(fault { _ in } == nil)
    #expect(
      replacing("split-store = \"2 * height + 1\"", "split-store = \"2 * hight + 1\"")
        == "x.toml:12:20: expected a number, 'height', 'vacant', 'sufficient', 'rcu', 'min', 'max', 'if' or '(', "
        + "found 'hight'")
    #expect(
      replacing("rebalance = \"2 * height - 1\"\n", "")
        == "x.toml:5:1: expected a formula for 'rebalance' under [nodes], found none")
    #expect(
      replacing("rebalance", "rebalence")
        == "x.toml:13:1: expected a kind of store: 'root-store', 'new-root', 'exact-fit', 'append', 'slot-store', "
        + "'node-store', 'split-store', 'rebalance', 'spanning-store', found 'rebalence'")
    #expect(replacing("\"rcu\"", "1") == "x.toml:11:14: expected a formula in quotes, found another value")
    #expect(replacing("name = \"test\"\n", "") == "x.toml:1:1: expected a line name = \"...\", found none")
    #expect(
      replacing("6.12", "6.13")
        == "x.toml:3:13: expected '6.12' or '6.16' or '7.3', found '6.13'")
    #expect(
      replacing("source =", "sauce =")
        == "x.toml:2:1: expected one of 'name', 'source', 'algorithm', 'nodes', found 'sauce'")
    #expect(replacing("[nodes]", "[knots]")?.hasPrefix("x.toml:5:1: expected one of 'name'") == true)
    #expect(
      fault { $0 += "\nsplit-store = \"1\"" } == "x.toml:15:1: expected one line for 'split-store', found another one")
    #expect(fault { $0 += "\n[nodes]" } == "x.toml:15:1: expected one [nodes], found another one")
    #expect(fault { $0 += "\nname = \"1\"" }?.hasPrefix("x.toml:15:1: expected a kind of store") == true)
    #expect(replacing("\n[nodes]", "name = \"x\"") == "x.toml:4:1: expected one line for 'name', found another one")
    #expect(replacing("source =", "source:") == "x.toml:2:7: expected '=' after 'source', found another sign")
    #expect(replacing("\"rcu\"", "\"rcu") == "x.toml:11:14: expected a formula in quotes, found another value")
    #expect(replacing("\"rcu\"", "\"rcu\" 1") == "x.toml:11:14: expected a formula in quotes, found another value")
    #expect(replacing("\"a test\"", "\"\"") == "x.toml:2:10: expected a text in quotes, found another value")
    #expect(fault { $0 = $0.replacingOccurrences(of: "\n", with: "  # why\r\n") } == nil)
    #expect(fault { $0 = "" } == "x.toml:1:1: expected a line name = \"...\", found none")
    #expect(
      fault { $0 = String(repeating: "#", count: FormulaFile.greatestFileSize + 1) }
        == "x.toml:1:1: expected a formula file of at most 65536 bytes, found 65537 bytes")
  }
}
