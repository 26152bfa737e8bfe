/// Reads a formula.
///
/// ```ebnf
/// formula    = "if" condition "then" formula "else" formula | sum ;
/// sum        = product {("+" | "-") product} ;
/// product    = factor {"*" factor} ;            (* all but one of the factors are constants *)
/// factor     = number | variable | ("min" | "max") "(" formula "," formula ")" | "(" formula ")" ;
/// condition  = both {"or" both} ;
/// both       = comparison {"and" comparison} ;
/// comparison = "not" comparison | sum ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ;
/// ```
struct FormulaParser {
  /// The deepest nesting: a formula that a person can read has less.
  private static let greatestDepth = 40
  /// A bound on each value, so that no sum overflows at any height.
  private static let greatestValue = 1_000_000_000

  private var lexer: FormulaLexer
  private var token = FormulaLexer.Token.end
  private var depth = 0

  /// A part of a formula, with a bound on the size of its value.
  private struct Part {
    var formula: Formula
    var bound: Int
  }

  static func parse(_ text: String) throws(FormulaError) -> Formula {
    var parser = FormulaParser(lexer: FormulaLexer(text))
    try parser.advance()
    let part = try parser.formula()
    if parser.token != .end { throw parser.fault("'+', '-', '*' or the end of the formula") }
    return part.formula
  }

  private init(lexer: FormulaLexer) { self.lexer = lexer }

  // MARK: Tokens

  private mutating func advance() throws(FormulaError) { token = try lexer.next() }

  private func fault(_ expected: String) -> FormulaError { lexer.fault(expected, token.text) }

  private mutating func accept(_ wanted: FormulaLexer.Token) throws(FormulaError) -> Bool {
    guard token == wanted else { return false }
    try advance()
    return true
  }

  private mutating func take(_ wanted: FormulaLexer.Token) throws(FormulaError) {
    guard try accept(wanted) else { throw fault(wanted.text) }
  }

  private mutating func enter() throws(FormulaError) {
    depth += 1
    if depth > Self.greatestDepth {
      throw lexer.fault("at most \(Self.greatestDepth) parts in each other", "more")
    }
  }

  // MARK: Values

  private mutating func formula() throws(FormulaError) -> Part {
    try enter()
    defer { depth -= 1 }
    guard try accept(.word("if")) else { return try sum() }
    let condition = try condition()
    try take(.word("then"))
    let left = try formula()
    try take(.word("else"))
    let right = try formula()
    return Part(formula: .choice(condition, left.formula, right.formula), bound: max(left.bound, right.bound))
  }

  private mutating func sum() throws(FormulaError) -> Part {
    var left = try product()
    while true {
      if try accept(.sign("+")) {
        let right = try product()
        left = try bounded(.sum(left.formula, right.formula), left.bound + right.bound)
      } else if try accept(.sign("-")) {
        let right = try product()
        left = try bounded(.difference(left.formula, right.formula), left.bound + right.bound)
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(FormulaError) -> Part {
    var left = try factor()
    while token == .sign("*") {
      let sign = lexer
      try advance()
      let right = try factor()
      let bound = left.bound.multipliedReportingOverflow(by: right.bound)
      let value = bound.overflow ? Int.max : bound.partialValue
      switch (left.formula, right.formula) {
      case (.constant(let first), .constant(let second)):
        left = try bounded(.constant(first &* second), value)
      case (.constant(let count), let formula), (let formula, .constant(let count)):
        left = try bounded(.multiple(count, of: formula), value)
      default: throw sign.fault("a constant on one side of '*'", "a product of two variables")
      }
    }
    return left
  }

  private mutating func factor() throws(FormulaError) -> Part {
    switch token {
    case .number(let number):
      try advance()
      return Part(formula: .constant(number), bound: number)
    case .word(let word):
      if word == "min" || word == "max" { return try extreme(isLeast: word == "min") }
      guard let variable = FormulaVariable(rawValue: word) else { throw fault(Self.factors) }
      try advance()
      return Part(formula: .variable(variable), bound: variable.greatest)
    case .sign("("):
      try advance()
      let part = try formula()
      try take(.sign(")"))
      return part
    default: throw fault(Self.factors)
    }
  }

  private static let factors =
    "a number, " + FormulaVariable.allCases.map { "'\($0.rawValue)', " }.joined() + "'min', 'max', 'if' or '('"

  private mutating func extreme(isLeast: Bool) throws(FormulaError) -> Part {
    try advance()
    try take(.sign("("))
    let left = try formula()
    try take(.sign(","))
    let right = try formula()
    try take(.sign(")"))
    return Part(
      formula: isLeast ? .least(left.formula, right.formula) : .greatest(left.formula, right.formula),
      bound: max(left.bound, right.bound))
  }

  private func bounded(_ formula: Formula, _ bound: Int) throws(FormulaError) -> Part {
    guard bound <= Self.greatestValue else {
      throw lexer.fault(
        "a formula of at most \(Self.greatestValue) at every height up to \(Formula.greatestHeight)",
        "one that overflows")
    }
    return Part(formula: formula, bound: bound)
  }

  // MARK: Conditions

  private mutating func condition() throws(FormulaError) -> Formula.Condition {
    var left = try both()
    while try accept(.word("or")) { left = .either(left, try both()) }
    return left
  }

  private mutating func both() throws(FormulaError) -> Formula.Condition {
    var left = try comparison()
    while try accept(.word("and")) { left = .both(left, try comparison()) }
    return left
  }

  private mutating func comparison() throws(FormulaError) -> Formula.Condition {
    try enter()
    defer { depth -= 1 }
    if try accept(.word("not")) { return .not(try comparison()) }
    let left = try sum()
    guard case .sign(let text) = token, let comparison = Formula.Comparison(rawValue: text) else {
      throw fault("'<', '<=', '>', '>=', '==' or '!='")
    }
    try advance()
    return .compare(comparison, left.formula, try sum().formula)
  }
}

extension Formula {
  /// Reads a formula such as
  /// `if sufficient < vacant then 3 * (height - sufficient) + 1 else 3 * (height - vacant) + 1`.
  package init(_ text: String) throws(FormulaError) { self = try FormulaParser.parse(text) }
}
