import MapleTreeModule
import Operations
import RangeMapCore
import Readers
import Testing

@testable import Checking

@Suite("Cases of a sweep over readers")
struct ReaderCasesTests {
  private static func cases(_ geometry: GeometryName, stores: Int = 1) -> [ReaderCase] {
    var cases = ReaderCases()
    (cases.geometry, cases.storesPerCell) = (geometry, stores)
    return cases.all()
  }

  private static let few = [GeometryName.linux64: cases(.linux64), .tiny: cases(.tiny)]

  @Test("have each kind of store at each height at which it can occur", arguments: GeometryName.allCases)
  func kinds(_ geometry: GeometryName) {
    let found = Set((Self.few[geometry] ?? []).map { "\($0.cell.kind) \($0.cell.height)" })
    // Beside readers nothing is appended in place.
    let kinds = StoreKind.allCases.filter { $0 != .append }
    let wanted = kinds.flatMap { kind in
      ReaderCases.heights.filter { kind.canOccur(at: $0) }.map { "\(kind) \($0)" }
    }
    #expect(found == Set(wanted))
  }

  @Test("are the same each time")
  func areStable() {
    let few = Self.few[.tiny] ?? []
    #expect(few.map(\.script) == Self.cases(.tiny).map(\.script))
  }

  @Test("make one store, and up to four calls of one reader")
  func sizes() {
    for each in Self.few.values.joined() {
      #expect(each.script.operations.count { $0.role == .writer } == 1)
      let calls = each.script.operations.count { $0.role == .reader(0) && $0.operation.kind != .cursorSet }
      #expect(1...4 ~= calls && each.script.configuration.usesReadCopyUpdate)
    }
  }

  @Test("are scripts that read as they are written")
  func text() throws {
    for each in Self.few.values.joined() {
      #expect(try ReaderScript.parse(Array(each.script.text.utf8), file: "case") == each.script)
    }
  }
}
