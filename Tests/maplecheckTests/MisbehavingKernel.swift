import Foundation
import Support

/// A library that shows the table of a kernel's fork and refuses each fork. Where two areas are mapped, a fork does
/// something bad to its process. A crash of the kernel's code ends the call alone, if the library says where it is.
enum MisbehavingKernel: String, CaseIterable {
  case followsNull, crashes, loops, takesMemory

  private var call: String {
    switch self {
    case .followsNull, .crashes: "*(volatile int *)0 = 1;"
    case .loops: "for (;;) count++;"
    case .takesMemory: "for (;;) memset(malloc(1 << 20), 1, 1 << 20);"
    }
  }

  /// What a check finds.
  var kind: String {
    switch self {
    case .followsNull: "crashed"
    case .crashes: "brokenForkLaw"
    case .loops: "endlessCall"
    case .takesMemory: "tookTooMuchMemory"
    }
  }

  /// Whether the library says where its code is.
  private var isPlaced: Bool { self == .crashes }

  /// Compiles the library into a folder, and returns its path.
  func compile(in scratch: ScratchDirectory) throws -> String {
    let source = try scratch.write(
      "\(rawValue).c",
      """
      #include "CForkABI.h"
      #include <setjmp.h>
      #include <stdlib.h>
      #include <string.h>
      static int areas;
      static volatile int count;
      static struct maplecheck_fork_host host;
      static jmp_buf call;
      extern const char __ehdr_start[] __attribute__((visibility("hidden")));
      extern const char _end[] __attribute__((visibility("hidden")));
      static int64_t start(const struct maplecheck_fork_host *given, void *memory) { host = *given; return 0; }
      static bool end_call(const char *reason) { host.violation(host.context, reason); longjmp(call, 1); }
      static uint64_t state_size(void) { return sizeof areas; }
      static void save(void *state) { memcpy(state, &areas, sizeof areas); }
      static void restore(const void *state) { memcpy(&areas, state, sizeof areas); }
      static int64_t nothing() { return 0; }
      static int64_t handle(uint64_t *object) { *object = 1; return 0; }
      static int64_t map() { areas++; return 0; }
      static int64_t fork_space() {
        if (setjmp(call)) return MAPLECHECK_FORK_ENDED;
        if (areas >= 2) { \(call) }
        return -12;
      }
      static int64_t put(uint64_t space) {
        host.resource(host.context, MAPLECHECK_FORK_MM, space, false, 0);
        return 0;
      }
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
        library.put = put;
        library.counters = counters;
        library.end_call = end_call;
        if (\(isPlaced ? 1 : 0)) {
          library.library_start = (uintptr_t)__ehdr_start;
          library.library_end = (uintptr_t)_end;
        }
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
