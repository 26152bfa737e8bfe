import CZ3

/// A row of bits, read as a number without a sign unless an operator says otherwise. Arithmetic wraps around.
///
/// Operands must have the same width, or the operator traps.
public struct BitVectorTerm: SolverTerm {
  public let reference: TermReference
  /// In bits.
  public let width: Int

  public init(_ reference: TermReference) {
    guard case .bitVector(let width) = reference.sort else {
      preconditionFailure("a term of sort \(reference.sort) is no bit vector")
    }
    self.reference = reference
    self.width = width
  }

  public static func &+ (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvadd($0, $1[0], $1[1]) }
  }

  public static func &- (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvsub($0, $1[0], $1[1]) }
  }

  public static func &* (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvmul($0, $1[0], $1[1]) }
  }

  public static func & (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvand($0, $1[0], $1[1]) }
  }

  public static func | (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvor($0, $1[0], $1[1]) }
  }

  public static func ^ (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvxor($0, $1[0], $1[1]) }
  }

  public static prefix func ~ (value: Self) -> Self {
    let functions = value.context.functions
    return Self(
      value.context.make(value.reference.sort, from: [value.reference]) { functions.pointee.Z3_mk_bvnot($0, $1[0]) })
  }

  /// Shifted left; 0 where the distance is the width or more.
  public static func << (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvshl($0, $1[0], $1[1]) }
  }

  /// Shifted right, zeros coming in.
  public static func >> (left: Self, right: Self) -> Self {
    let functions = left.context.functions
    return left.bits(with: right) { functions.pointee.Z3_mk_bvlshr($0, $1[0], $1[1]) }
  }

  /// The quotient, rounded down; all ones where the divisor is 0, as SMT-LIB has it.
  public func quotient(dividingBy divisor: Self) -> Self {
    let functions = context.functions
    return bits(with: divisor) { functions.pointee.Z3_mk_bvudiv($0, $1[0], $1[1]) }
  }

  /// What the division leaves over; the value itself where the divisor is 0.
  public func remainder(dividingBy divisor: Self) -> Self {
    let functions = context.functions
    return bits(with: divisor) { functions.pointee.Z3_mk_bvurem($0, $1[0], $1[1]) }
  }

  private func bits(with other: Self, by build: (Z3_context, [Z3_ast?]) -> Z3_ast?) -> Self {
    TermSort.expectSame(reference, other.reference)
    return Self(context.make(reference.sort, from: [reference, other.reference], by: build))
  }

  private func truth(with other: Self, by build: (Z3_context, [Z3_ast?]) -> Z3_ast?) -> TruthTerm {
    TermSort.expectSame(reference, other.reference)
    return TruthTerm(context.make(.truth, from: [reference, other.reference], by: build))
  }
}

extension BitVectorTerm {
  public static func .== (left: Self, right: Self) -> TruthTerm {
    let functions = left.context.functions
    return left.truth(with: right) { functions.pointee.Z3_mk_eq($0, $1[0], $1[1]) }
  }

  public static func .< (left: Self, right: Self) -> TruthTerm {
    let functions = left.context.functions
    return left.truth(with: right) { functions.pointee.Z3_mk_bvult($0, $1[0], $1[1]) }
  }

  public static func .<= (left: Self, right: Self) -> TruthTerm {
    let functions = left.context.functions
    return left.truth(with: right) { functions.pointee.Z3_mk_bvule($0, $1[0], $1[1]) }
  }

  public static func .> (left: Self, right: Self) -> TruthTerm { right .< left }

  public static func .>= (left: Self, right: Self) -> TruthTerm { right .<= left }

  /// Whether this is below the other, both read in two's complement.
  public func isBelowSigned(_ other: Self) -> TruthTerm {
    let functions = context.functions
    return truth(with: other) { functions.pointee.Z3_mk_bvslt($0, $1[0], $1[1]) }
  }

  /// Whether this is the other or below it, both read in two's complement.
  public func isAtMostSigned(_ other: Self) -> TruthTerm {
    let functions = context.functions
    return truth(with: other) { functions.pointee.Z3_mk_bvsle($0, $1[0], $1[1]) }
  }

  /// The bits of this above those of the other.
  public func concatenated(with low: Self) -> Self {
    let functions = context.functions
    return Self(
      context.make(.bitVector(width: width + low.width), from: [reference, low.reference]) {
        functions.pointee.Z3_mk_concat($0, $1[0], $1[1])
      })
  }

  /// Some of the bits, counted from 0 at the low end.
  ///
  /// - Precondition: the range lies within the width.
  public func bits(_ range: ClosedRange<Int>) -> Self {
    precondition(
      range.lowerBound >= 0 && range.upperBound < width, "bits \(range) of a bit vector of \(width) bits")
    let functions = context.functions
    return Self(
      context.make(.bitVector(width: range.count), from: [reference]) {
        functions.pointee.Z3_mk_extract($0, UInt32(range.upperBound), UInt32(range.lowerBound), $1[0])
      })
  }

  /// The same number in more bits.
  ///
  /// - Precondition: a width not below this one's.
  public func zeroExtended(to wider: Int) -> Self {
    precondition(wider >= width, "\(width) bits do not fit \(wider)")
    let functions = context.functions
    return Self(
      context.make(.bitVector(width: wider), from: [reference]) {
        functions.pointee.Z3_mk_zero_ext($0, UInt32(wider - width), $1[0])
      })
  }
}
