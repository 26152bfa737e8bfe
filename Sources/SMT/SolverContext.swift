import CZ3

/// Where terms live. Terms of two contexts cannot be mixed: that is a fault of the caller, and traps.
///
/// Not for two threads at once. An error that Z3 reports while a term is built is kept, and thrown by each later call
/// that can throw: no verdict rests on a term that was not built.
package final class SolverContext {
  package let library: SolverLibrary
  let functions: UnsafePointer<CZ3Functions>
  let raw: Z3_context
  /// The first error that Z3 reported outside of a call that throws.
  private var heldError: SolverError?
  private var sorts: [TermSort: Z3_sort] = [:]
  private var constants: [String: DeclaredConstant] = [:]

  struct DeclaredConstant {
    let order: Int
    let sort: TermSort
  }

  /// - Throws: `SolverError`, where Z3 is missing, too old, or out of memory.
  package init() throws(SolverError) {
    let library = try SolverLibrary.shared()
    let functions = library.functions
    let configuration = functions.pointee.Z3_mk_config()
    defer { functions.pointee.Z3_del_config(configuration) }
    guard let raw = functions.pointee.Z3_mk_context_rc(configuration) else {
      throw .outOfMemory(message: "no context was made")
    }
    self.library = library
    self.functions = functions
    self.raw = raw
    // Without a handler of ours, a build of Z3 may print or exit; the code is read after each call.
    functions.pointee.Z3_set_error_handler(raw) { _, _ in }
    functions.pointee.Z3_set_ast_print_mode(raw, Z3_PRINT_SMTLIB2_COMPLIANT)
  }

  deinit {
    for sort in sorts.values { functions.pointee.Z3_dec_ref(raw, sort) }
    functions.pointee.Z3_del_context(raw)
  }

  /// The error of the last call to Z3, if it failed.
  var lastError: SolverError? {
    let code = functions.pointee.Z3_get_error_code(raw)
    guard code != Z3_OK else { return nil }
    let message = functions.pointee.Z3_get_error_msg(raw, code).map { String(cString: $0) } ?? "no message"
    return code == Z3_MEMOUT_FAIL ? .outOfMemory(message: message) : .failed(code: Int(code.rawValue), message: message)
  }

  /// - Throws: the error of a term that could not be made.
  func throwHeldError() throws(SolverError) {
    if let heldError { throw heldError }
  }

  /// - Throws: the error that was held, or that of the last call.
  func throwErrors() throws(SolverError) {
    if heldError == nil { heldError = lastError }
    if let heldError { throw heldError }
  }

  /// Makes a term out of others, or one that failed and is known to have.
  func make(
    _ sort: TermSort, from operands: [TermReference] = [], by build: (Z3_context, [Z3_ast?]) -> Z3_ast?
  ) -> TermReference {
    for operand in operands {
      precondition(operand.context === self, "terms of two solver contexts are mixed: \(text(of: operand))")
    }
    guard heldError == nil, operands.allSatisfy({ $0.ast != nil }) else { return TermReference(nil, sort, in: self) }
    let ast = withExtendedLifetime(operands) { build(raw, operands.map(\.ast)) }
    if ast == nil || functions.pointee.Z3_get_error_code(raw) != Z3_OK {
      heldError = lastError ?? .failed(code: -1, message: "a term of sort \(sort) was not made")
      return TermReference(nil, sort, in: self)
    }
    return TermReference(ast, sort, in: self)
  }

  /// The sort, made once and kept.
  private func raw(_ sort: TermSort) -> Z3_sort? {
    if let known = sorts[sort] { return known }
    let made: Z3_sort? =
      switch sort {
      case .truth: functions.pointee.Z3_mk_bool_sort(raw)
      case .integer: functions.pointee.Z3_mk_int_sort(raw)
      }
    guard let made else { return nil }
    functions.pointee.Z3_inc_ref(raw, made)
    sorts[sort] = made
    return made
  }

  /// A constant that the solver chooses. The same name is the same constant.
  ///
  /// - Precondition: a name that SMT-LIB can write, not yet taken by a constant of another sort.
  func constant(_ name: String, _ sort: TermSort) -> TermReference {
    precondition(
      QueryText.canName(name),
      "'\(name)' cannot name a constant: it is empty, not ASCII, reserved, or has | or \\ in it")
    if let known = constants[name] {
      precondition(known.sort == sort, "'\(name)' is both \(known.sort) and \(sort)")
    } else {
      constants[name] = DeclaredConstant(order: constants.count, sort: sort)
    }
    return make(sort) { context, _ in
      functions.pointee.Z3_mk_const(context, functions.pointee.Z3_mk_string_symbol(context, name), raw(sort))
    }
  }

  /// A constant that no name reaches, which no query is asked about: it tells an assertion apart.
  func tracker() -> TermReference {
    make(.truth) { context, _ in functions.pointee.Z3_mk_fresh_const(context, "tracker", raw(.truth)) }
  }

  func literal(_ value: Int) -> TermReference {
    make(.integer) { context, _ in functions.pointee.Z3_mk_int64(context, Int64(value), raw(.integer)) }
  }

  /// The constants that have been declared, in order.
  var declarations: [(name: String, sort: TermSort)] {
    constants.sorted { $0.value.order < $1.value.order }.map { ($0.key, $0.value.sort) }
  }

  func text(of term: TermReference) -> String {
    guard let ast = term.ast else { return "<a term that was not made>" }
    return functions.pointee.Z3_ast_to_string(raw, ast).map { String(cString: $0) } ?? "<no text>"
  }
}
