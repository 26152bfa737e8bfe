import SMT

/// The effort that a prover may spend.
package struct ProofLimits: Hashable, Sendable {
  /// Of one question.
  package var query: SolverLimits
  /// The most paths of one exploration.
  package var paths: Int

  package init(query: SolverLimits = SolverLimits(milliseconds: 30_000), paths: Int = 100_000) {
    self.query = query
    self.paths = paths
  }

  package init(secondsOfQuestion: Int) { self.init(query: SolverLimits(milliseconds: secondsOfQuestion * 1000)) }
}

/// Runs a plan along every path that its premises allow, the true side of each decision first.
package struct PathExplorer {
  package var limits: ProofLimits
  /// What asks the questions.
  package var log: QueryLog
  /// Where the paths go, so that it can be asked whether one is missing. It serves one exploration.
  package var coverage: PathCoverage?

  package init(
    limits: ProofLimits = ProofLimits(), log: QueryLog = QueryLog(keepsTexts: false), coverage: PathCoverage? = nil
  ) {
    self.limits = limits
    self.log = log
    self.coverage = coverage
  }

  /// Explores `body`, which must decide by its domain alone.
  ///
  /// - Parameter each: called at the end of each path. Here the path may be asked about.
  /// - Throws: `ExplorationError`: premises that contradict each other, a solver that gave up, more paths than the
  ///   limit; or what `body` and `each` throw.
  /// - Complexity: one run of `body` and at most one question a new decision for each path.
  @discardableResult
  package func explore<Result>(
    _ body: (inout SymbolicDomain) throws -> Result, each: (ExploredPath<Result>) throws -> Void
  ) throws -> ExplorationSummary {
    try search(
      body,
      asking: { path in
        try each(path)
        return .goOn
      })
  }

  /// What to do after a path.
  package enum Answer: Hashable, Sendable {
    case goOn
    /// No path more.
    case stop
  }

  /// The same, and says what came of the paths so far when it was told to stop.
  ///
  /// - Parameter next: asked at the end of each path.
  @discardableResult
  package func search<Result>(
    _ body: (inout SymbolicDomain) throws -> Result, asking next: (ExploredPath<Result>) throws -> Answer
  ) throws -> ExplorationSummary {
    let run: ExplorationRun
    do {
      run = try ExplorationRun(limits: limits.query, log: log, coverage: coverage)
    } catch {
      throw ExplorationError.solver("\(error)")
    }
    var paths = 0
    run.beginPath()
    repeat {
      if paths == limits.paths { throw ExplorationError.tooManyPaths(limit: limits.paths) }
      paths += 1
      var domain = SymbolicDomain(run: run)
      let result = try body(&domain)
      if let failure = run.failure { throw failure }
      // A path of premises that cannot hold would be no path at all.
      _ = try run.currentModel()
      try run.endPath()
      if try next(ExploredPath(result: result, number: paths, run: run)) == .stop { break }
    } while try run.startNextPath()
    return ExplorationSummary(paths: paths, premises: run.usedPremises.inOrder)
  }
}

/// What an exploration did.
package struct ExplorationSummary: Hashable, Sendable {
  package var paths: Int
  /// The premises that ruled something out, in the order of their names.
  package var premises: [Premise]

  /// What two explorations did.
  static func + (left: Self, right: Self) -> Self {
    Self(paths: left.paths + right.paths, premises: Set(left.premises).union(right.premises).inOrder)
  }
}

/// A path at its end.
package struct ExploredPath<Result> {
  package let result: Result
  /// Counted from 1.
  package let number: Int
  private let run: ExplorationRun

  init(result: Result, number: Int, run: ExplorationRun) {
    self.result = result
    self.number = number
    self.run = run
  }

  /// Values of the path's unknowns under which it is taken, in the order in which they were made; 0 and 1 for truths.
  package func values() throws -> [UnknownValue] {
    let model = try run.currentModel()
    return try run.unknowns.map { name, isNumber in
      UnknownValue(
        name: name,
        value: isNumber
          ? try model.value(of: run.context.integer(named: name))
          : try model.value(of: run.context.truth(named: name)) ? 1 : 0)
    }
  }

  /// The values in words.
  func text() throws -> String { try values().text }

  /// Whether something holds wherever the path is taken.
  package func implies(_ condition: SymbolicTruth) throws -> Bool {
    guard case .term(let term) = condition else { return condition == .constant(true) }
    switch try run.verdict(if: .!term.term) {
    case .satisfiable: return false
    case .unsatisfiable: return true
    case .unknown(let reason): throw ExplorationError.undecided(reason: reason)
    }
  }
}

/// An unknown of a path, and a value under which the path is taken.
package struct UnknownValue: Hashable, Sendable {
  package let name: String
  package let value: Int
}

extension [UnknownValue] {
  /// The values in words.
  package var text: String { map { "\($0.name) \($0.value)" }.joined(separator: ", ") }
}
