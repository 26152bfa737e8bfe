import CSubjectABI
import ExternalSubject
import Foundation
import Harness
import Operations
import RangeMapCore
import Testing

@Suite("A library that shows a range map", .enabled(if: LibraryForTest.compiler != nil, "no C compiler is found"))
struct SubjectLibraryTests {
  @Test func sortedListLoadsAndSaysWhatItLacks() throws {
    let library = try SubjectLibrary(path: LibraryForTest.sortedList())
    #expect(library.name == "a sorted list")
    #expect(library.features.contains(.erase))
    #expect(!library.features.contains(.cursors))
    #expect(library.unsupported.contains("prepared stores"))
    var map = LibraryForTest.maker(of: library)(MapConfiguration())
    try map.store(.value(7), over: KeyRange(16, 31), policy: .maySleep)
    #expect(map.load(20) == .value(7))
    #expect(throws: RangeMapError.unsupported) { try map.beginBulk(expecting: 4, policy: .maySleep) }
    #expect(throws: RangeMapError.occupied(by: .value(7))) {
      try map.insert(.value(1), over: KeyRange(0, 16), policy: .maySleep)
    }
    #expect(try map.erase(at: 31, policy: .maySleep) == .value(7))
    #expect(map.slot(at: 0).range == .all)
  }

  static var options: RunnerOptions {
    var options = RunnerOptions.fast
    options.skippedKinds = [
      .cursorSet, .cursorMove, .cursorPause, .cursorReset, .cursorStore, .cursorErase, .next, .previous,
    ]
    return options
  }

  @Test func sortedListDoesWhatTheOracleDoes() throws {
    let library = try SubjectLibrary(path: LibraryForTest.sortedList())
    let summary = Campaign(
      firstSeed: 1, operationsPerRun: 4000, operationLimit: 100_000, options: Self.options,
      makeSubject: LibraryForTest.maker(of: library)
    ).run()
    #expect(summary.failure == nil)
    #expect(summary.skipped["prepare", default: 0] > 0 && summary.skipped["cursor move", default: 0] > 0)
  }

  /// Passed over as "the library has it not", these would hide that every such call is refused.
  @Test(arguments: [
    (
      "*occupant = map->ranges[place].entry;", "*occupant = 0;", "insert() returned MAPLECHECK_OCCUPIED and no occupant"
    ),
    (
      "return MAPLECHECK_OCCUPIED;", "return MAPLECHECK_VIOLATION;", "insert() ended with a violation that was not told"
    ),
    ("return MAPLECHECK_OCCUPIED;", "return 77;", "insert() returned 77, which stands for nothing"),
    (
      "MAPLECHECK_RESERVED_ENTRY;", "MAPLECHECK_OCCUPIED;",
      "store() returned MAPLECHECK_OCCUPIED (-EEXIST), which only insert() may return"
    ),
  ])
  func statusThatStandsForNothingIsFound(original: String, edit: String, text: String) throws {
    let source = try String(contentsOf: LibraryForTest.sortedListSource, encoding: .utf8)
    let broken = source.replacingOccurrences(of: original, with: edit)
    try #require(broken != source)
    let library = try SubjectLibrary(path: LibraryForTest.compile(text: broken, name: "status-\(edit.count)"))
    let summary = Campaign(
      firstSeed: 1, operationsPerRun: 4000, operationLimit: 100_000, options: Self.options,
      makeSubject: LibraryForTest.maker(of: library)
    ).run()
    let violation = try #require(summary.finding?.violation)
    #expect(violation.kind == .brokenLaw && violation.found.contains(text))
  }

  @Test func sortedListThatForgetsTheRestIsFoundAndShrunk() throws {
    let source = try String(contentsOf: LibraryForTest.sortedListSource, encoding: .utf8)
    let broken = source.replacingOccurrences(
      of: "if (low < high && map->ranges[high - 1].last > last)",
      with: "if (low + 1 == high && map->ranges[high - 1].last > last)")
    try #require(broken != source)
    let path = try LibraryForTest.compile(text: broken, name: "broken")
    let library = try SubjectLibrary(path: path)
    let make = LibraryForTest.maker(of: library)
    let summary = Campaign(
      firstSeed: 1, operationsPerRun: 4000, operationLimit: 100_000, options: Self.options, makeSubject: make
    ).run()
    let finding = try #require(summary.finding).shrunk(options: Self.options, makeSubject: make)
    #expect(finding.script.operations.count <= 8)
  }

  // MARK: Refusals

  @Test func missingFileIsRefused() {
    #expect(throws: SubjectLibraryError.missing(path: "/nowhere/lib.so")) {
      try SubjectLibrary(path: "/nowhere/lib.so")
    }
  }

  @Test func fileThatIsNoLibraryIsRefused() {
    #expect {
      try SubjectLibrary(path: #filePath)
    } throws: { error in
      if case SubjectLibraryError.notLoadable(_, let reason) = error { !reason.isEmpty } else { false }
    }
  }

  @Test func libraryWithoutEntryIsRefused() throws {
    let path = try LibraryForTest.compile(text: "int other(void) { return 1; }\n", name: "other")
    #expect(throws: SubjectLibraryError.noEntry(path: path, symbol: "maplecheck_subject")) {
      try SubjectLibrary(path: path)
    }
  }

  @Test(arguments: [UInt32(1), 3]) func otherVersionIsRefused(version: UInt32) throws {
    let path = try LibraryForTest.compile(
      text: """
        #include "CSubjectABI.h"
        static const struct maplecheck_subject subject = {.size = sizeof(subject), .version = \(version)};
        const struct maplecheck_subject *maplecheck_subject(void) { return &subject; }

        """, name: "version\(version)")
    let error = SubjectLibraryError.otherVersion(path: path, version: version, expected: 2)
    #expect(throws: error) { try SubjectLibrary(path: path) }
    #expect(error.description.contains(version == 1 ? "older" : "newer"))
  }

  @Test func tableOfAnotherSizeIsRefused() throws {
    let path = try LibraryForTest.compile(
      text: """
        #include <stdint.h>
        static const struct { uint32_t size, version; void *rest[8]; } subject = {sizeof(subject), 2, {0}};
        const void *maplecheck_subject(void) { return &subject; }

        """, name: "size")
    #expect {
      try SubjectLibrary(path: path)
    } throws: { error in
      if case SubjectLibraryError.otherSize(_, let size, _) = error { size == 72 } else { false }
    }
  }

  @Test func tableWithoutRequiredFunctionsIsRefused() throws {
    let path = try LibraryForTest.compile(
      text: """
        #include "CSubjectABI.h"
        static void pause_cursor(struct maplecheck_map *map, uint32_t cursor) {}
        static const struct maplecheck_subject subject = {
          .size = sizeof(subject), .version = MAPLECHECK_SUBJECT_VERSION, .cursor_pause = pause_cursor,
        };
        const struct maplecheck_subject *maplecheck_subject(void) { return &subject; }

        """, name: "incomplete")
    #expect {
      try SubjectLibrary(path: path)
    } throws: { error in
      guard case SubjectLibraryError.incomplete(_, let functions) = error else { return false }
      return functions.contains("store") && functions.contains("cursor_set") && !functions.contains("cursor_pause")
    }
  }
}
