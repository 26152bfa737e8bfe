import MapleTreeModule
import RangeMapCore
import SMT
import Testing

@testable import Proofs

@Suite("Symbolic numbers and truths")
struct SymbolicNumberTests {
  @Test("known numbers and truths stay known, and come to what Int and Bool come to")
  func constants() {
    for left in [-3, 0, 1, 7] {
      for right in [-3, 0, 1, 7] {
        let (a, b) = (SymbolicNumber(left), SymbolicNumber(right))
        #expect(a + b == .constant(left + right))
        #expect(a - b == .constant(left - right))
        #expect((a .< b) == .constant(left < right))
        #expect((a .<= b) == .constant(left <= right))
        #expect((a .> b) == .constant(left > right))
        #expect((a .>= b) == .constant(left >= right))
        #expect((a .== b) == .constant(left == right))
        #expect(SymbolicNumber(one: a .< b) == .constant(left < right ? 1 : 0))
      }
    }
    #expect(SymbolicNumber(7).divided(by: 2) == 3)
    #expect(SymbolicNumber(7).constantValue == 7)
  }

  @Test("a known number rounds down as the solver does, below 0 too")
  func division() throws {
    let context = try SolverContext()
    let solver = try Solver(in: context)
    guard case .satisfiable(let model) = try solver.check() else {
      Issue.record("nothing is asserted")
      return
    }
    for value in -7...7 {
      let term = context.integer(value).divided(by: 3)
      #expect(try SymbolicNumber(value).divided(by: 3).constantValue == model.value(of: term), "\(value)")
    }
  }

  @Test("a truth of which one side is known needs no term for the other")
  func shortCuts() throws {
    let open = SymbolicTruth(try SolverContext().truth(named: "open"))
    #expect((open .& .constant(true)) == open)
    #expect((.constant(false) .& open) == .constant(false))
    #expect((open .| .constant(true)) == .constant(true))
    #expect((.constant(false) .| open) == open)
    #expect(.!SymbolicTruth.constant(false) == .constant(true))
  }

  @Test("a number less itself is 0, equals itself, and 0 changes nothing")
  func identities() throws {
    let number = SymbolicNumber(try SolverContext().integer(named: "number"))
    #expect(number - number == 0)
    #expect((number .== number) == .constant(true))
    #expect(number + 0 == number)
    #expect(0 + number == number)
    #expect(number - 0 == number)
    #expect(number.constantValue == nil)
    #expect(number + 1 != number)
  }
}
