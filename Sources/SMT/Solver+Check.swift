import CZ3

extension Solver {
  /// Whether all assertions can hold at once.
  ///
  /// - Throws: `outOfMemory`, or what Z3 reports. A limit of time or steps that is reached is no error: the verdict is
  ///   `unknown`.
  package func check() throws(SolverError) -> Verdict {
    try context.throwHeldError()
    let functions = context.functions.pointee
    let answer = functions.Z3_solver_check(context.raw, raw)
    try context.throwErrors()
    switch answer {
    case Z3_L_TRUE:
      guard let model = functions.Z3_solver_get_model(context.raw, raw) else {
        throw context.lastError ?? .failed(code: -1, message: "satisfiable, but there is no model")
      }
      return .satisfiable(Model(model, in: context))
    case Z3_L_FALSE:
      return .unsatisfiable(try core())
    default:
      let reason = functions.Z3_solver_get_reason_unknown(context.raw, raw).map { String(cString: $0) } ?? "no reason"
      if reason.contains("memory") { throw .outOfMemory(message: reason) }
      return .unknown(reason)
    }
  }

  private func core() throws(SolverError) -> UnsatisfiableCore {
    let functions = context.functions.pointee
    guard let vector = functions.Z3_solver_get_unsat_core(context.raw, raw) else {
      throw context.lastError ?? .failed(code: -1, message: "unsatisfiable, but there is no core")
    }
    functions.Z3_ast_vector_inc_ref(context.raw, vector)
    defer { functions.Z3_ast_vector_dec_ref(context.raw, vector) }
    var members: Set<Z3_ast> = []
    for position in 0..<functions.Z3_ast_vector_size(context.raw, vector) {
      if let member = functions.Z3_ast_vector_get(context.raw, vector, position) { members.insert(member) }
    }
    try context.throwErrors()
    var names: [String] = []
    var seen: Set<String> = []
    for assertion in assertions {
      guard let name = assertion.name, let tracker = assertion.tracker?.ast, members.contains(tracker) else { continue }
      if seen.insert(name).inserted { names.append(name) }
    }
    return UnsatisfiableCore(names: names)
  }
}
