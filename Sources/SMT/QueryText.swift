import CZ3

/// A query as SMT-LIB 2 text.
///
/// Only what the standard has: any solver of the logics used reads it. The same query, built in the same order, gives
/// the same text.
struct QueryText {
  private let context: SolverContext

  init(in context: SolverContext) { self.context = context }

  /// Words with a meaning of their own, which Z3 would print as they are.
  private static let reserved: Set<String> = [
    "!", "_", "as", "let", "exists", "forall", "match", "par", "true", "false", "not", "and", "or", "xor", "ite",
    "distinct", "div", "mod", "abs", "concat", "BINARY", "DECIMAL", "HEXADECIMAL", "NUMERAL", "STRING",
  ]

  /// Whether a constant or an assertion may be called so.
  static func canName(_ name: String) -> Bool {
    !name.isEmpty && !reserved.contains(name) && !name.hasPrefix("bv")
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "|") && $0 != UInt8(ascii: "\\") }
  }

  /// The whole text, one assertion a line.
  func text(of assertions: [(condition: TruthTerm, name: String?)]) -> String {
    let used = constants(in: assertions.map(\.condition))
    var lines = ["(set-option :produce-unsat-cores true)", "(set-logic ALL)"]
    var taken: Set<String> = []
    for (name, sort) in context.declarations where used.contains(context.constant(name, sort).ast) {
      lines.append("(declare-const \(Self.symbol(name)) \(sort))")
      taken.insert(name)
    }
    for (condition, name) in assertions {
      let body = condition.description.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
      guard let name else {
        lines.append("(assert \(body))")
        continue
      }
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)!\(number)"
        number += 1
      }
      lines.append("(assert (! \(body) :named \(Self.symbol(unique))))")
    }
    lines.append("(check-sat)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The constants below some terms. Each shared term is looked at once.
  private func constants(in conditions: [TruthTerm]) -> Set<Z3_ast?> {
    let functions = context.functions.pointee
    var pending = conditions.map(\.reference.ast)
    var seen = Set(pending)
    var constants: Set<Z3_ast?> = []
    while let ast = pending.popLast() {
      guard functions.Z3_get_ast_kind(context.raw, ast) == Z3_APP_AST else { continue }
      let application = functions.Z3_to_app(context.raw, ast)
      let count = functions.Z3_get_app_num_args(context.raw, application)
      let kind = functions.Z3_get_decl_kind(context.raw, functions.Z3_get_app_decl(context.raw, application))
      if count == 0 && kind == Z3_OP_UNINTERPRETED { constants.insert(ast) }
      for position in 0..<count {
        let operand = functions.Z3_get_app_arg(context.raw, application, position)
        if seen.insert(operand).inserted { pending.append(operand) }
      }
    }
    return constants
  }

  /// A name as the standard writes it: in bars where it is not a simple symbol.
  private static func symbol(_ name: String) -> String {
    let isSimple = name.utf8.enumerated().allSatisfy { position, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): position > 0
      default: "~!@$%^&*_-+=<>.?/".utf8.contains(byte)
      }
    }
    return isSimple ? name : "|\(name)|"
  }
}

extension Solver {
  /// The assertions as SMT-LIB 2 text, which ends by asking whether they can all hold. Named ones keep their names; a
  /// name that comes again has `!2`, `!3` after it.
  ///
  /// - Complexity: linear in the size of the terms, each shared one counted once for each assertion.
  /// - Throws: the error of a term that could not be made.
  package func queryText() throws(SolverError) -> String {
    try context.throwHeldError()
    return QueryText(in: context).text(of: assertions.map { ($0.condition, $0.name) })
  }
}
