import Foundation
import Harness
import Support

/// The sorted list of the tests as a library that does something bad to its process in one call, where it holds three
/// ranges or more.
enum MisbehavingLibrary: String, CaseIterable {
  case loopsInWrite, loopsInRead, waitsForEver, takesMemory, recurses, writesOverHeap, followsNull, exits

  /// What is declared before the call, and what the call does.
  private var text: (declarations: String, call: String) {
    switch self {
    case .loopsInWrite, .loopsInRead: ("static volatile int count;", "for (;;) count++;")
    case .waitsForEver: ("#include <unistd.h>", "for (;;) pause();")
    case .takesMemory: ("", "for (;;) memset(malloc(1 << 20), 1, 1 << 20);")
    case .recurses:
      (
        "static int depth(volatile int *up) { volatile int here = *up + 1; return depth(&here) + here; }",
        "volatile int here = 0; depth(&here);"
      )
    case .writesOverHeap:
      // Too large for the allocator's caches: it looks at what comes after a block before it takes the block back.
      ("static char *volatile block;", "block = malloc(2000); memset(block, 0xff, 2064); free(block);")
    case .followsNull: ("", "*(volatile int *)0 = 1;")
    case .exits: ("", "exit(0);")
    }
  }

  var isRead: Bool { self == .loopsInRead }

  /// What a check that bounds the subject finds.
  var kind: ViolationKind {
    switch self {
    case .loopsInWrite, .loopsInRead, .waitsForEver: .endlessCall
    case .takesMemory: .tookTooMuchMemory
    case .recurses, .writesOverHeap, .followsNull, .exits: .crashed
    }
  }

  /// Compiles the library into a folder, and returns its path.
  /// - Parameter whileRefusing: whether the bad call needs a refused request for memory besides.
  func compile(in scratch: ScratchDirectory, whileRefusing: Bool = false) throws -> String {
    let root = ProjectFolder.ofSource().path
    let (declarations, call) = text
    let misbehave = "if (map->count >= 3\(whileRefusing ? " && refused" : "")) { \(call) }"
    let source = try scratch.write(
      "\(rawValue).c",
      """
      #define maplecheck_subject(nothing) sorted_list_subject(nothing)
      #include "\(root)/Tests/ExternalSubjectTests/SortedList/SortedList.c"
      #undef maplecheck_subject
      \(declarations)
      static bool refused;
      static void fail_allocation(struct maplecheck_map *map, uint64_t index, bool forever, uint32_t kinds) {
        refused = true;
      }
      static void permit_allocations(struct maplecheck_map *map, uint64_t *requests, uint64_t *refusals) {
        *requests = *refusals = refused = 0;
      }
      static enum maplecheck_status bad_store(
        struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy) {
        \(isRead ? "" : misbehave)
        return store(map, entry, first, last, policy);
      }
      static uint64_t bad_load(struct maplecheck_map *map, uint64_t index) {
        \(isRead ? misbehave : "")
        return load(map, index);
      }
      const struct maplecheck_subject *maplecheck_subject(void) {
        static struct maplecheck_subject bad;
        bad = subject;
        bad.store = bad_store;
        bad.load = bad_load;
        \(whileRefusing ? "bad.fail_allocation = fail_allocation; bad.permit_allocations = permit_allocations;" : "")
        return &bad;
      }

      """)
    let run = try ProgramRun(
      "cc",
      [
        "-w", "-O0", "-shared", "-fPIC", "-I", "\(root)/Sources/CSubjectABI/include", "-o",
        "\(scratch.path)/\(rawValue).so", source,
      ])
    guard run.status == 0 else { throw CompilerError(status: run.status) }
    return "\(scratch.path)/\(rawValue).so"
  }

  struct CompilerError: Error { var status: Int32 }
}
