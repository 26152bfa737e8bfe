import ExternalSubject
import Foundation
import RangeMapCore
import Testing

/// One thing that `ShownTree.c` lies about, by its number there, and the law that only it breaks.
struct Lie: Sendable, CustomTestStringConvertible {
  var number: UInt64
  var law: TreeLaw
  var testDescription: String { "lie \(number): \(law.rawValue)" }

  static let all: [Lie] = [
    TreeLaw.leavesAtOneDepth, .heightRecorded, .pivotsAscend, .endReachesMaximum, .unusedIsEmpty, .unusedIsEmpty,
    .childrenPresent, .childrenPresent, .parentsNamed, .parentsNamed, .parentsNamed, .nullsJoined, .leafEndsInEntry,
    .sufficientlyFilled, .noDeadNode, .gapsAgree, .gapsAgree, .gapsAgree, .rootUseful, .nodesAccounted,
  ].enumerated().map { Lie(number: UInt64($0.offset + 1), law: $0.element) }
}

@Suite("The laws of a tree that a library shows", .enabled(if: LibraryForTest.compiler != nil, "no C compiler"))
struct ShownLawTests {
  private static let path = Result {
    try LibraryForTest.compile(
      LibraryForTest.root.appending(path: "Tests/ExternalSubjectTests/ShownTree/ShownTree.c"), name: "showntree.so")
  }

  /// The laws that are broken once the library tells a lie, 0 for none.
  private func brokenLaws(telling lie: UInt64) throws -> [String] {
    let library = try SubjectLibrary(path: try Self.path.get())
    var map = LibraryForTest.maker(of: library)(MapConfiguration(tracksGaps: true))
    try map.store(.value(lie), over: .all, policy: .maySleep)
    return map.brokenLaws()
  }

  @Test func noneIsBrokenByATreeThatKeepsThem() throws {
    #expect(try brokenLaws(telling: 0) == [])
  }

  @Test("one lie breaks one law, and no other does", arguments: Lie.all)
  func oneLie(_ lie: Lie) throws {
    let broken = try brokenLaws(telling: lie.number)
    #expect(!broken.isEmpty)
    #expect(Set(broken.map { $0.prefix { $0 != ":" } }) == [lie.law.rawValue[...]], "\(broken)")
  }

  @Test func everyLawHasALie() {
    #expect(Set(Lie.all.map(\.law)) == Set(TreeLaw.allCases))
  }

  /// A library that does not show what is in its nodes is held to the other laws.
  @Test func whatIsNotShownIsNotChecked() throws {
    #expect(try brokenLaws(telling: UInt64(Lie.all.count + 1)) == [])
  }
}
