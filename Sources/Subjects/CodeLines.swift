import Foundation
import Support

/// The functions and lines of code in a shared library, as its debug information has them.
package struct CodeLines {
  private var names: [UInt64: String] = [:]

  /// Looks all addresses up at once. Nothing is known of them if there is no program to ask.
  /// - Parameter codes: addresses of the instructions after those that are asked for.
  package init(_ codes: some Sequence<UInt64>) {
    var byLibrary: [String: [(code: UInt64, offset: UInt64)]] = [:]
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    for code in Set(codes).sorted() where code != 0 {
      guard let (path, base) = Self.library(of: code, in: maps) else { continue }
      byLibrary[path, default: []].append((code, code - base - 1))
    }
    for (path, codes) in byLibrary.sorted(by: { $0.key < $1.key }) {
      let offsets = codes.map { "0x\(String($0.offset, radix: 16))" }
      for program in ["llvm-symbolizer", "addr2line"] {
        let flags = program == "addr2line" ? ["-f", "-e", path] : ["--obj=\(path)", "--no-inlines", "-s"]
        guard let run = try? ProgramRun(program, flags + offsets), run.status == 0 else { continue }
        // A function and a place, each in a line, and of the first program an empty line.
        let lines = run.output.split(separator: "\n")
        guard lines.count == 2 * codes.count else { continue }
        for (place, code) in codes.enumerated() {
          let line = lines[2 * place + 1].split(separator: ":").dropFirst().first.map(String.init) ?? "?"
          names[code.code] = "\(lines[2 * place])():\(line)"
        }
        break
      }
    }
  }

  /// The file that is mapped at an address, and where the first of its mappings begins.
  private static func library(of code: UInt64, in maps: String) -> (path: String, base: UInt64)? {
    var base: (path: Substring, address: UInt64)?
    for line in maps.split(separator: "\n") {
      let words = line.split(separator: " ")
      let ends = (words.first ?? "").split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard ends.count == 2, words.count >= 6 else { continue }
      if base?.path != words[5] { base = (words[5], ends[0]) }
      if let base, ends[0] <= code, code < ends[1] { return (String(base.path), base.address) }
    }
    return nil
  }

  /// Such as `mtree_lookup_walk():3052`; nothing if nobody knows.
  package func name(of code: UInt64) -> String { names[code] ?? "" }
}
