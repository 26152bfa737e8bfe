import MapleTreeModule
import SMT

extension TeardownScenario where Number == SymbolicNumber {
  /// A scenario of which nothing is known but the premises.
  init(vmas count: Int, _ geometry: TeardownGeometry, in domain: inout SymbolicDomain) {
    let vmas = (0..<count).map { place in
      TeardownVma<SymbolicNumber>(
        exists: domain.truth("exists", level: place), start: domain.number("start", level: place),
        end: domain.number("end", level: place), isUninherited: domain.truth("dont-copy", level: place),
        isWiped: domain.truth("wipe-on-fork", level: place), isAccounted: domain.truth("accounted", level: place),
        hasFile: domain.truth("file", level: place), hasPolicy: domain.truth("policy", level: place),
        hasUserfault: domain.truth("userfault", level: place), isTouched: domain.truth("touched", level: place),
        touchedPage: domain.number("touched-page", level: place))
    }
    self.init(
      vmas: vmas, failure: domain.number("failure"), failingTable: domain.number("failing-table"),
      watchedTable: domain.number("watched-table"))
    for premise in Premise.ofAddressSpaces { domain.assume(premise, holds(premise, geometry)) }
  }

  /// The scenario with the values of a model.
  func values(in model: Model) throws -> TeardownScenario<Int> {
    let known = try vmas.map { vma in
      TeardownVma<Int>(
        exists: try model.value(of: vma.exists), start: try model.value(of: vma.start),
        end: try model.value(of: vma.end), isUninherited: try model.value(of: vma.isUninherited),
        isWiped: try model.value(of: vma.isWiped), isAccounted: try model.value(of: vma.isAccounted),
        hasFile: try model.value(of: vma.hasFile), hasPolicy: try model.value(of: vma.hasPolicy),
        hasUserfault: try model.value(of: vma.hasUserfault), isTouched: try model.value(of: vma.isTouched),
        touchedPage: try model.value(of: vma.touchedPage))
    }
    return TeardownScenario<Int>(
      vmas: known.filter(\.exists), failure: try model.value(of: failure),
      failingTable: try model.value(of: failingTable), watchedTable: try model.value(of: watchedTable))
  }
}

extension TeardownRules where Truth == SymbolicTruth {
  /// Rules that are premises, each by its name, less one: that one may hold or not.
  init(without rule: Premise?, in domain: inout SymbolicDomain) {
    self.init { domain.truth($0.rawValue) }
    for assumed in Premise.rules where assumed != rule { domain.assume(assumed, self[assumed]) }
  }
}

extension Model {
  func value(of number: SymbolicNumber) throws -> Int {
    switch number {
    case .constant(let known): known
    case .term(let term): try value(of: term.term)
    }
  }

  func value(of truth: SymbolicTruth) throws -> Bool {
    switch truth {
    case .constant(let known): known
    case .term(let term): try value(of: term.term)
    }
  }
}
