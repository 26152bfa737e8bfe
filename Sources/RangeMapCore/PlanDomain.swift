/// A number that a plan computes with: an integer where it runs, a term in a prover.
public protocol PlanNumber: ExpressibleByIntegerLiteral {
  associatedtype Truth: PlanTruth
  init(_ value: Int)
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  /// The quotient, rounded down, by a constant above 0.
  func divided(by divisor: Int) -> Self
  static func .< (left: Self, right: Self) -> Truth
  static func .<= (left: Self, right: Self) -> Truth
  static func .> (left: Self, right: Self) -> Truth
  static func .>= (left: Self, right: Self) -> Truth
  static func .== (left: Self, right: Self) -> Truth
  /// 1 where the condition holds, else 0.
  init(one condition: Truth)
}

/// Whether something holds: a Boolean where the plan runs, a term in a prover.
public protocol PlanTruth {
  static func .& (left: Self, right: Self) -> Self
  static func .| (left: Self, right: Self) -> Self
  static prefix func .! (value: Self) -> Self
}

/// What a plan is made in. A tree's or an address space's is `ConcreteDomain`, which costs nothing; a prover's asks a
/// solver which answers are possible, and runs the plan again for each.
public protocol PlanDomain {
  associatedtype Number: PlanNumber
  typealias Truth = Number.Truth
  /// Which way the plan goes on.
  mutating func decide(_ condition: Truth) -> Bool
}

extension PlanNumber {
  /// What always holds.
  @inlinable @inline(__always)
  public static var yes: Truth { Self(0) .== Self(0) }

  /// What never holds.
  @inlinable @inline(__always)
  public static var no: Truth { Self(0) .< Self(0) }
}

extension Bool: PlanTruth {
  @inlinable @inline(__always)
  public static func .& (left: Bool, right: Bool) -> Bool { left && right }

  @inlinable @inline(__always)
  public static func .| (left: Bool, right: Bool) -> Bool { left || right }

  @inlinable @inline(__always)
  public static prefix func .! (value: Bool) -> Bool { !value }
}

extension Int: PlanNumber {
  @inlinable @inline(__always)
  public func divided(by divisor: Int) -> Int { self / divisor }

  @inlinable @inline(__always)
  public static func .< (left: Int, right: Int) -> Bool { left < right }

  @inlinable @inline(__always)
  public static func .<= (left: Int, right: Int) -> Bool { left <= right }

  @inlinable @inline(__always)
  public static func .> (left: Int, right: Int) -> Bool { left > right }

  @inlinable @inline(__always)
  public static func .>= (left: Int, right: Int) -> Bool { left >= right }

  @inlinable @inline(__always)
  public static func .== (left: Int, right: Int) -> Bool { left == right }

  @inlinable @inline(__always)
  public init(one condition: Bool) { self = condition ? 1 : 0 }
}

/// The domain of what runs: integers and Booleans.
public struct ConcreteDomain: PlanDomain {
  public typealias Number = Int

  @inlinable
  public init() {}

  @inlinable @inline(__always)
  public mutating func decide(_ condition: Bool) -> Bool { condition }
}
