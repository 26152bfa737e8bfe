import Foundation
import Testing

@testable import SMT

@Suite("Library")
struct LibraryTests {
  @Test("the library that is there is new enough")
  func present() throws {
    #expect(try SolverLibrary.shared().version >= .oldestSupported)
  }

  @Test("a missing library, an old one, and one that is not Z3 are told apart")
  func toldApart() throws {
    let missing = #expect(throws: SolverError.self) { try SolverLibrary(names: ["libz3-absent.so.9"]) }
    guard case .missingLibrary(["libz3-absent.so.9"], let reason) = missing else {
      Issue.record("\(String(describing: missing))")
      return
    }
    #expect(reason.contains("libz3-absent.so.9"))
    #expect(missing.map(\.description)?.contains("install") == true)
    let old = SolverVersion(4, 8, 11)
    #expect(throws: SolverError.oldVersion(found: old, needed: .oldestSupported)) {
      try SolverLibrary(names: SolverLibrary.names, version: { _ in old })
    }
    #expect(throws: SolverError.missingFunction(library: "libm.so.6", function: "Z3_get_version")) {
      try SolverLibrary(names: ["libz3-absent.so.9", "libm.so.6"])
    }
  }

  @Test("a version that is as old as may be is accepted, and versions compare number by number")
  func versions() throws {
    _ = try SolverLibrary(names: SolverLibrary.names, version: { _ in .oldestSupported })
    #expect(SolverVersion(4, 8, 12) < SolverVersion(4, 13, 0))
    #expect(SolverVersion(4, 8, 9) < SolverVersion(4, 8, 12))
    #expect(SolverVersion(4, 8, 12) < SolverVersion(5, 0, 0))
  }

  @Test("memory beyond the limit is an error of its own, and no verdict")
  func outOfMemory() async {
    await #expect(processExitsWith: .success) {
      let solver = try Solver(in: SolverContext())
      try solver.addPigeons(30, holes: 29)
      // What Z3 holds by now fits; what the check learns does not.
      try SolverLibrary.shared().limitMemory(megabytes: 32)
      do {
        let verdict = try solver.check()
        preconditionFailure("no error: \(verdict)")
      } catch SolverError.outOfMemory(let message) {
        precondition(!message.isEmpty)
      }
      // Z3 does not give back what it had in hand when memory ran out, which the leak checker would report.
      _exit(0)
    }
  }

  @Test("memory that runs out while a term is built is an error of the next call, and of each one after it")
  func outOfMemoryInTerm() async {
    await #expect(processExitsWith: .success) {
      let context = try SolverContext()
      let solver = try Solver(in: context)
      try SolverLibrary.shared().limitMemory(megabytes: 24)
      var sum = context.integer(0)
      for number in 0..<200_000 { sum = sum + context.integer(named: "x.\(number)") }
      for _ in 0..<2 {
        do {
          try solver.add(sum .== 1)
          preconditionFailure("no error")
        } catch SolverError.outOfMemory {
        }
        do {
          let verdict = try solver.check()
          preconditionFailure("no error: \(verdict)")
        } catch SolverError.outOfMemory {
        }
      }
      _exit(0)
    }
  }

  @Test("what contexts, terms, solvers and models took is given back", arguments: [false, true])
  func memoryReturns(sharesContext: Bool) async {
    await #expect(processExitsWith: .success) { [sharesContext] in
      func work(in context: SolverContext) throws {
        let solver = try Solver(in: context)
        let x = context.integer(named: "x")
        for number in 0..<100 {
          try solver.withScope {
            try solver.add((x .>= number) .& (x .<= 40), named: "range")
            let verdict = try solver.check()
            if case .satisfiable(let model) = verdict { _ = try model.value(of: x + 1) }
          }
        }
        // More terms than a context's tables have room for from the start.
        var sum = x
        for number in 0..<2000 { sum = sum + number }
        try solver.add(sum .> 0)
        _ = try solver.queryText()
      }
      let library = try SolverLibrary.shared()
      let shared = try SolverContext()
      for _ in 0..<12 { try work(in: sharesContext ? shared : SolverContext()) }
      let before = library.allocatedBytes
      for _ in 0..<6 { try work(in: sharesContext ? shared : SolverContext()) }
      let after = library.allocatedBytes
      precondition(after < before + 60_000, "\(before) bytes, then \(after)")
    }
  }
}
