import Harness
import Operations
import RangeMapCore
import Testing

@Suite("The shape of a finding")
struct FindingShapeTests {
  private let kind = MapConfiguration(tracksGaps: true)
  private let entry = Entry.value(1)

  private func shape(
    _ operations: [Operation], _ violation: ViolationKind = .wrongResult, found: String = "NULL", at place: Int? = nil,
    configuration: MapConfiguration? = nil
  ) -> FindingShape {
    let place = place ?? operations.count - 1
    return FindingShape(
      Finding(
        script: Script(configuration: configuration ?? kind, operations: operations),
        violation: Violation(
          kind: violation, operationIndex: place, operation: "", expected: "something", found: found)))
  }

  private func fill(_ count: UInt16) -> Operation { .fill(count: count, first: 0, stride: 4, width: 2, entry) }

  @Test("is the same for other indices, entries and spellings of stores")
  func spellings() {
    let known = shape([fill(3), .erase(4, .maySleep), .load(4)])
    let stores: [Operation] = [10, 20, 30].map { .store(.single($0), .value($0), .maySleep) }
    #expect(known.matches(shape(stores + [.erase(20, .atomic), .load(7)])))
    let insertion = Operation.insert(.single(5), entry, .maySleep)
    #expect(shape([fill(2), insertion]).matches(shape([fill(2), stores[0]])))
    // What follows the call that shows it does not count.
    #expect(known.matches(shape([fill(3), .erase(4, .maySleep), .load(4), .removeAll], at: 2)))
  }

  @Test("counts stores within a factor of two")
  func counts() {
    let known = shape([fill(100), .load(0)])
    #expect([50, 100, 200].allSatisfy { known.matches(shape([fill($0), .load(0)])) })
    #expect([49, 201].allSatisfy { !known.matches(shape([fill($0), .load(0)])) })
  }

  @Test("differs by check, law, signal, call, direction, kind of tree, order and what is between the stores")
  func differences() {
    let erasure = Operation.erase(4, .maySleep)
    let operations = [fill(3), erasure, .load(4)]
    let known = shape(operations)
    #expect(!known.matches(shape(operations, .wrongContent)))
    #expect(!known.matches(shape(operations, at: 1)) && !known.matches(shape(operations, at: 3)))
    #expect(!known.matches(shape([erasure, fill(3), .load(4)])))
    #expect(!known.matches(shape([fill(3), .load(4)])))
    #expect(!known.matches(shape([fill(3), erasure, .removeAll, .load(4)])))
    #expect(!known.matches(shape(operations, configuration: MapConfiguration())))
    #expect(
      !known.matches(shape(operations, configuration: MapConfiguration(tracksGaps: true, usesReadCopyUpdate: true))))
    #expect(!known.matches(shape([.store(.single(1), nil, .maySleep), erasure, .load(4)])))
    #expect(!known.matches(shape([.bulkFill(count: 3, first: 0, stride: 4, width: 2, entry), erasure, .load(4)])))
    func crash(_ found: String) -> FindingShape { shape(operations, .crashed, found: found) }
    #expect(crash("SIGSEGV").matches(crash("SIGSEGV")) && !crash("SIGSEGV").matches(crash("SIGABRT")))
    func law(_ found: String) -> FindingShape { shape(operations, .brokenLaw, found: found) }
    #expect(law("gaps agree: 3").matches(law("gaps agree: 4")) && !law("gaps agree: 3").matches(law("NULLs joined")))
    // How long nobody waited is no part of what was seen.
    func endless(_ found: String) -> FindingShape { shape(operations, .endlessCall, found: found) }
    #expect(endless("nothing after 0.2 s").matches(endless("nothing after 1.5 s")))
    func move(_ move: CursorMove) -> FindingShape { shape([fill(3), .cursorMove(0, move, limit: 0)]) }
    #expect(move(.next).matches(move(.findRange)) && !move(.next).matches(move(.previous)))
  }
}
