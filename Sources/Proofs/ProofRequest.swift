import MapleTreeModule
import Support

/// The proofs that a user asks for: a family, formula files, or names of proofs or what they begin with.
package struct ProofRequest {
  package private(set) var families = ProofFamily.allCases
  package private(set) var obligations: [Obligation]
  /// As the user wrote it.
  package let words: [String]
  /// Files that are named, whose formulas are proved and not those of the package.
  private var files: [String] = []
  /// Whether all words are names of proofs.
  package private(set) var namesProofs = false
  /// Whether all proofs of the families are asked for.
  package var isComplete: Bool { files.isEmpty }

  /// - Parameters:
  ///   - kinds: the kinds of stores, of files that are named; all if there is none.
  ///   - tellsOthers: whether what the answers about files rest on is proved too.
  package init(
    _ words: [String], kinds: [StoreKind], greatestHeight: Int, tellsOthers: Bool
  ) throws {
    self.words = words
    let family = words.first.flatMap(ProofFamily.init(rawValue:))
    let hasFamily = family != nil || words.first == "all"
    if !words.isEmpty, !hasFamily, let named = Self.named(words, greatestHeight) {
      (obligations, namesProofs) = (named, true)
      return
    }
    if let family { families = [family] } else if !hasFamily && !words.isEmpty { families = [.bounds] }
    files = Array(words.dropFirst(hasFamily ? 1 : 0))
    if !kinds.isEmpty && files.isEmpty { throw CommandFailure("--kind goes with files of formulas") }
    guard families.contains(.bounds) else {
      if let file = files.first { throw CommandFailure("\(file): expected no file, for formulas belong to bounds") }
      obligations = Manifest().obligations(of: families)
      return
    }
    let manifest = Manifest(
      files: try FormulaFiles.read(files), kinds: kinds.isEmpty ? Set(StoreKind.allCases) : Set(kinds),
      // Of files that are named, only what they ask is answered.
      heights: 0...greatestHeight, ownsOthers: files.isEmpty || tellsOthers || families.count > 1)
    obligations = manifest.obligations(of: families)
  }

  /// The proofs that all words name; `nil` if one names none.
  private static func named(_ words: [String], _ greatestHeight: Int) -> [Obligation]? {
    let own = words.map(Manifest().obligations(named:))
    if own.allSatisfy({ !$0.isEmpty }) { return own.flatMap(\.self) }
    guard let files = try? FormulaFiles.read([]) else { return nil }
    let found = words.map(Manifest(files: files, heights: 0...greatestHeight).obligations(named:))
    return found.contains(where: \.isEmpty) ? nil : found.flatMap(\.self)
  }
}
