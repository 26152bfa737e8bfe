import Foundation
import Support

/// A library that shows the table of a kernel's fork and refuses each fork. Where two areas are mapped, a fork does
/// something bad to its process.
enum MisbehavingKernel: String, CaseIterable {
  case followsNull, loops, takesMemory

  private var call: String {
    switch self {
    case .followsNull: "*(volatile int *)0 = 1;"
    case .loops: "for (;;) count++;"
    case .takesMemory: "for (;;) memset(malloc(1 << 20), 1, 1 << 20);"
    }
  }

  /// What a check finds.
  var kind: String {
    switch self {
    case .followsNull: "crashed"
    case .loops: "endlessCall"
    case .takesMemory: "tookTooMuchMemory"
    }
  }

  /// Compiles the library into a folder, and returns its path.
  func compile(in scratch: ScratchDirectory) throws -> String {
    let source = try scratch.write(
      "\(rawValue).c",
      """
      #include "CForkABI.h"
      #include <stdlib.h>
      #include <string.h>
      static int areas;
      static volatile int count;
      static int64_t start(const struct maplecheck_fork_host *host, void *memory) { return 0; }
      static uint64_t state_size(void) { return sizeof areas; }
      static void save(void *state) { memcpy(state, &areas, sizeof areas); }
      static void restore(const void *state) { memcpy(&areas, state, sizeof areas); }
      static int64_t nothing() { return 0; }
      static int64_t handle(uint64_t *object) { *object = 1; return 0; }
      static int64_t map() { areas++; return 0; }
      static int64_t fork_space() { if (areas >= 2) { \(call) } return -12; }
      static int64_t counters(uint64_t space, struct maplecheck_fork_counters *counters) {
        memset(counters, 0, sizeof *counters);
        return 0;
      }
      const struct maplecheck_fork_library *maplecheck_fork(void) {
        static struct maplecheck_fork_library library;
        for (size_t i = 0; i < sizeof library / sizeof(void *); i++) ((void **)&library)[i] = nothing;
        library.version = MAPLECHECK_FORK_VERSION;
        library.size = sizeof library;
        library.kernel = "a kernel that misbehaves";
        library.memory_size = library.memory_alignment = 4096;
        library.start = start;
        library.state_size = state_size;
        library.save = save;
        library.restore = restore;
        library.new_space = library.new_file = handle;
        library.map = map;
        library.fork = fork_space;
        library.counters = counters;
        return &library;
      }

      """)
    let root = ProjectFolder.ofSource().path
    let library = "\(scratch.path)/\(rawValue).so"
    let run = try ProgramRun(
      "cc",
      ["-w", "-O0", "-shared", "-fPIC", "-I", "\(root)/Sources/CForkABI/include", "-o", library, source])
    guard run.status == 0 else { throw MisbehavingLibrary.CompilerError(status: run.status) }
    return library
  }
}
