import AddressSpaceModel
import Foundation
import SeededDefects
import Testing

@testable import Proofs

/// What is said of proofs in files is what the manifest says.
///
/// `MAPLECHECK_MANIFEST=write swift test --filter ManifestTests` writes the tables into `docs/PROOFS.md`.
@Suite("The manifest of proofs")
struct ManifestTests {
  private static let root = FormulaFileTests.root

  static func pins() throws -> ExpectedVerdicts {
    try ExpectedVerdicts.parse(Array(Data(contentsOf: root.appending(path: "models/expected.json"))), file: "pins")
  }

  /// The manifest with the project's formula files.
  private static func manifest() throws -> Manifest {
    let folder = root.appending(path: "models/bounds")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".toml") }
    return Manifest(
      files: try files.sorted().map {
        try FormulaFile.parse(String(contentsOf: folder.appending(path: $0), encoding: .utf8), file: $0)
      })
  }

  @Test("names each obligation once, and says of each what it claims, rests on and needs")
  func obligations() throws {
    let obligations = try Self.manifest().obligations
    #expect(Set(obligations.map(\.name)).count == obligations.count)
    for obligation in obligations {
      #expect(obligation.claim.hasSuffix(".") && obligation.claim.split(separator: ". ").count == 1)
      #expect(Set(obligation.weakened).isSubset(of: obligation.premises), "\(obligation.name)")
      // Formulas need a script, and a claim that is broken needs a case.
      let needsPremise = obligation.expected == .proved
      #expect(needsPremise != obligation.weakened.isEmpty, "\(obligation.name)")
    }
    #expect(Set(obligations.flatMap(\.premises)) == Set(Premise.allCases))
  }

  @Test("finds proofs by their names, and by what the names begin with")
  func names() throws {
    let manifest = try Self.manifest()
    #expect(manifest.obligations(named: "7.3/nothing-left").map(\.name) == ["7.3/nothing-left"])
    #expect(manifest.obligations(named: "7.3").count == 11)
    #expect(manifest.obligations(named: "tight/split-store").count == 1)
    #expect(manifest.obligations(named: "level/split").isEmpty)
  }

  @Test("has the verdicts that are pinned, and no others")
  func pinned() throws {
    let pins = try Self.pins()
    let obligations = try Self.manifest().obligations
    #expect(pins.families.values.reduce(0) { $0 + $1.count } == obligations.count)
    for obligation in obligations {
      let pin = try #require(pins[obligation.family][obligation.name], "\(obligation.name)")
      #expect(obligation.expected == nil || obligation.expected == pin.verdict, "\(obligation.name)")
    }
  }

  @Test("prints the tables of docs/PROOFS.md")
  func tables() throws {
    let file = Self.root.appending(path: "docs/PROOFS.md")
    var page = try String(contentsOf: file, encoding: .utf8)
    for (name, text) in Manifest.tables {
      let begin = try #require(page.range(of: "<!-- manifest: \(name) -->\n\n"), "no mark for \(name)")
      let end = try #require(page.range(of: "\n<!-- end -->", range: begin.upperBound..<page.endIndex))
      #expect(page[begin.upperBound..<end.lowerBound] == text, "\(name); write it: MAPLECHECK_MANIFEST=write")
      page.replaceSubrange(begin.upperBound..<end.lowerBound, with: text)
    }
    if ProcessInfo.processInfo.environment["MAPLECHECK_MANIFEST"] == "write" {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
  }

  @Test("has the weakened rules of docs/results/teardown.md, all of which break what they carry")
  func rules() throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/results/teardown.md"), encoding: .utf8)
    var found: Set<String> = []
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
      let defect = Premise(rawValue: cells[0])?.defect?.rawValue ?? "-"
      #expect(cells[1] == defect, "\(line)")
      for design in cells[3].split(separator: ", ") { found.insert("\(design)/\(cells[2]) without \(cells[0])") }
    }
    let expected = Manifest.own.filter { $0.family == .teardown }.flatMap { obligation in
      obligation.weakened.map { "\(obligation.name) without \($0.rawValue)" }
    }
    #expect(found == Set(expected), "write it: maplecheck prove teardown --rules")
  }
}
