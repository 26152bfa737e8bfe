import CZ3

/// Assertions, and whether they can all hold.
package final class Solver {
  package let context: SolverContext
  package let limits: SolverLimits
  let raw: Z3_solver
  private(set) var assertions: [Assertion] = []
  private var scopeStarts: [Int] = []

  struct Assertion {
    let condition: TruthTerm
    let name: String?
    /// What stands for a named assertion in a core.
    let tracker: TermReference?
  }

  package init(in context: SolverContext, limits: SolverLimits = .none) throws(SolverError) {
    let functions = context.functions.pointee
    // The combined solver would run tactics on timers of its own; those of 4.8.12 can lock each other for ever.
    guard let raw = functions.Z3_mk_simple_solver(context.raw) else {
      throw context.lastError ?? .outOfMemory(message: "no solver was made")
    }
    functions.Z3_solver_inc_ref(context.raw, raw)
    self.context = context
    self.limits = limits
    self.raw = raw
    try setLimits()
  }

  deinit { context.functions.pointee.Z3_solver_dec_ref(context.raw, raw) }

  private func setLimits() throws(SolverError) {
    let functions = context.functions.pointee
    guard let parameters = functions.Z3_mk_params(context.raw) else {
      throw context.lastError ?? .outOfMemory(message: "no parameters were made")
    }
    functions.Z3_params_inc_ref(context.raw, parameters)
    defer { functions.Z3_params_dec_ref(context.raw, parameters) }
    func set(_ name: String, _ value: Int?) {
      guard let value else { return }
      functions.Z3_params_set_uint(
        context.raw, parameters, functions.Z3_mk_string_symbol(context.raw, name), UInt32(value))
    }
    set("timeout", limits.milliseconds)
    set("rlimit", limits.steps)
    functions.Z3_solver_set_params(context.raw, raw, parameters)
    try context.throwErrors()
  }

  /// Asserts that something holds, until the scope ends.
  ///
  /// - Parameter name: what a core calls it. Several assertions may go by one name.
  /// - Precondition: a name that SMT-LIB can write: printable ASCII without `|` and `\`, and no word of its own.
  package func add(_ condition: TruthTerm, named name: String? = nil) throws(SolverError) {
    expectOwn(condition)
    if let name { precondition(QueryText.canName(name), "'\(name)' cannot name an assertion") }
    let tracker = name.map { _ in context.tracker() }
    try context.throwHeldError()
    withExtendedLifetime((condition, tracker)) {
      if let tracker {
        context.functions.pointee.Z3_solver_assert_and_track(
          context.raw, raw, condition.reference.ast, tracker.ast)
      } else {
        context.functions.pointee.Z3_solver_assert(context.raw, raw, condition.reference.ast)
      }
    }
    try context.throwErrors()
    assertions.append(Assertion(condition: condition, name: name, tracker: tracker))
  }

  /// Runs the body in a scope of its own: what it asserts is gone when it ends, however it ends.
  package func withScope<Result>(_ body: () throws -> Result) throws -> Result {
    try push()
    let depth = scopeStarts.count
    let result: Result
    do {
      result = try body()
    } catch {
      // The body's error says more than one of the scope's end.
      try? pop(scopeStarts.count - depth + 1)
      throw error
    }
    precondition(scopeStarts.count == depth, "the body ended in another scope than it began in")
    try pop()
    return result
  }

  /// Opens a scope, for callers whose scopes do not nest in their own calls; others use `withScope`.
  package func push() throws(SolverError) {
    context.functions.pointee.Z3_solver_push(context.raw, raw)
    try context.throwErrors()
    scopeStarts.append(assertions.count)
  }

  /// Closes the innermost scopes, and takes back what was asserted in them.
  ///
  /// - Precondition: so many are open.
  package func pop(_ count: Int = 1) throws(SolverError) {
    precondition(count >= 0 && count <= scopeStarts.count, "\(scopeStarts.count) scopes are open, not \(count)")
    guard count > 0 else { return }
    let start = scopeStarts[scopeStarts.count - count]
    scopeStarts.removeLast(count)
    assertions.removeSubrange(start...)
    context.functions.pointee.Z3_solver_pop(context.raw, raw, UInt32(count))
    try context.throwErrors()
  }

  func expectOwn(_ condition: TruthTerm) {
    precondition(condition.context === context, "a solver is given a term of another context: \(condition)")
  }
}
