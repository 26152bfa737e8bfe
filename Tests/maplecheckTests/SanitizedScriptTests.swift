import Foundation
import Support
import Testing

@testable import maplecheck

/// The scripts of `corpus/linux`. The marked ones show nothing certain without the sanitizer.
@Suite(
  "A kernel's library with the address sanitizer", .serialized,
  .enabled(
    if: SanitizedLibrary.path("instrumented", of: "6.12") != nil,
    "the kernel's library is not built: run make linux"))
struct SanitizedScriptTests {
  private struct Replayed {
    var status: Int32
    var errors: String
    /// For each script the violation's kind and operation; nil where nothing was found.
    var violations: [String: (kind: String, operation: String)?] = [:]
  }

  private func replay(_ options: [String], _ scripts: [String]) throws -> Replayed {
    let run = try CommandProcess(
      ["replay", "--json"] + options + scripts, by: "\(SanitizedLibrary.root)/scripts/with-sanitizer")
    let reports = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]], "\(run.errors)")
    var replayed = Replayed(status: run.status, errors: run.errors)
    for report in reports {
      let violation = report["violation"] as? [String: Any]
      replayed.violations[try #require(report["file"] as? String)] = .some(
        violation.map { ($0["kind"] as? String ?? "", $0["operation"] as? String ?? "") })
    }
    return replayed
  }

  @Test("is seen to do what the script says", arguments: SanitizedLibrary.Mark.all(), SanitizedLibrary.versions)
  func marked(mark: SanitizedLibrary.Mark, version: String) throws {
    let library = try #require(SanitizedLibrary.path("instrumented", of: version))
    let run = try replay(["--expose-known", "--subject", library], [mark.script])
    // Bulk mode is gone in 6.18.
    guard version == "6.12" || !mark.operation.hasPrefix("bulk") else { return #expect(run.status == 0) }
    let violation = try #require(run.violations[mark.script] ?? nil)
    #expect(violation.kind == "crashed" && violation.operation == mark.operation)
    // What follows the stack of the access says where its memory is from.
    let report = run.errors.components(separatedBy: "allocated by thread")[0]
    #expect(report.contains("ERROR: AddressSanitizer: use-after-poison"))
    #expect(report.contains("\n\(mark.access) of size "), "\(report)")
    #expect(report.contains(" in \(mark.function) "), "\(report)")
  }

  /// The script's own line says what is reported, as those of 6.12 do.
  @Test("uses a freed node in 7.3 alone", .enabled(if: SanitizedLibrary.versions == ["6.12", "7.3"]))
  func freedNode() throws {
    let mark = try #require(
      SanitizedLibrary.Mark("\(SanitizedLibrary.root)/corpus/linux/7.3/limit-without-node-freed.maple"))
    for version in SanitizedLibrary.versions {
      let exposed = try replay(
        ["--expose-known", "--subject", try #require(SanitizedLibrary.path("instrumented", of: version))], [mark.script]
      )
      let stepped = try replay(
        ["--subject", try #require(SanitizedLibrary.path("corrected-instrumented", of: version))], [mark.script])
      #expect(stepped.status == 0, "\(version): \(stepped.violations)")
      guard version == "7.3" else { #expect(exposed.status == 0); continue }
      let violation = try #require(exposed.violations[mark.script] ?? nil)
      #expect(violation.kind == "crashed" && violation.operation == mark.operation)
      #expect(exposed.errors.contains("\n\(mark.access) of size ") && exposed.errors.contains(" in \(mark.function) "))
    }
  }

  @Test("marks the scripts that need it")
  func marks() {
    #expect(
      SanitizedLibrary.Mark.all().map(\.testDescription) == [
        "bulk-end-in-lone-leaf.maple", "bulk-end-in-reader-mode.maple", "bulk-in-any-order.maple",
        "gap-search-goes-on-outside.maple", "leaf-of-one-slot.maple",
      ])
  }

  @Test("shows each fault of 6.12 in one command")
  func all() throws {
    let scripts = try SanitizedLibrary.scripts()
    let library = try #require(SanitizedLibrary.path("instrumented", of: "6.12"))
    let shown = try replay(["--expose-known", "--subject", library], scripts)
    #expect(shown.status == 1)
    let silent = scripts.filter { (shown.violations[$0] ?? nil) == nil }
    #expect(silent.isEmpty)
  }

  @Test("steps around every fault", arguments: SanitizedLibrary.versions)
  func steppedAround(version: String) throws {
    let library = try #require(SanitizedLibrary.path("corrected-instrumented", of: version))
    let run = try replay(["--subject", library], try SanitizedLibrary.scripts())
    #expect(run.status == 0, "\(run.violations)")
  }
}

/// The libraries and the scripts.
enum SanitizedLibrary {
  static let root = ProjectFolder.ofSource().path

  /// The versions that `make linux` builds by default, as far as they are there.
  static let versions = ["6.12", "7.3"].filter { path("instrumented", of: $0) != nil }

  static func path(_ flavour: String, of version: String) -> String? {
    let folder = ProcessInfo.processInfo.environment["MAPLECHECK_LINUX"] ?? "\(root)/.build/linux"
    let path = "\(folder)/\(version)/libmaplecheck-linux-\(flavour).so"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// The scripts of faults that 6.12 has, sorted.
  static func scripts() throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/corpus/linux")
    return names.filter { $0.hasSuffix(".maple") }.sorted().map { "\(root)/corpus/linux/\($0)" }
  }

  /// What a script says that the sanitizer reports of it: an access, the function that makes it, and the operation.
  struct Mark: CustomTestStringConvertible {
    var script: String
    var access: String
    var function: String
    var operation: String

    var testDescription: String { script.split(separator: "/").last.map(String.init) ?? script }

    static func all() -> [Mark] { ((try? SanitizedLibrary.scripts()) ?? []).compactMap(Mark.init) }

    /// What a script says; nil if it says nothing of the sanitizer.
    init?(_ script: String) {
      let text = (try? String(contentsOfFile: script, encoding: .utf8)) ?? ""
      guard let line = text.firstMatch(of: /# The address sanitizer: a (READ|WRITE) in (\w+)\(\) at "(.*)"\./)
      else { return nil }
      (self.script, access, function, operation) = (script, String(line.1), String(line.2), String(line.3))
    }
  }
}
