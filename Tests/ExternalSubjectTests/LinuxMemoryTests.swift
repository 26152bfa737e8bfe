import Foundation
import Support
import Testing

/// What `Adapters/linux/memory.h` and `pool.h` see of bad accesses while the sanitizer's own copies are not watched.
@Suite("The memory of a kernel's nodes under the sanitizer")
struct LinuxMemoryTests {
  /// A program that makes the access which its argument names, and then ends with status 0.
  static let program = """
    #include "pool.h"
    #include "memory.h"
    #include <stdio.h>

    void shim_violation(const char *check, const char *text, const char *function, int line)
    {
      fprintf(stderr, "violation: %s: %s\\n", check, text);
      exit(3);
    }

    int main(int count, char **arguments)
    {
      struct pool pool = {0};
      const char *wanted = arguments[1];
      char *node = pool_take(&pool), *other = pool_take(&pool), *freed = pool_take(&pool), outside[512] = {0};
      pool_give_back(&pool, freed);
      if (!strcmp(wanted, "fill-freed")) watched_memset(freed, 0, 256);
      if (!strcmp(wanted, "fill-past")) watched_memset(node, 0, 257);
      if (!strcmp(wanted, "copy-from-freed")) memcpy(node, freed + 64, 8);
      if (!strcmp(wanted, "copy-to-freed")) memcpy(freed + 248, node, 8);
      if (!strcmp(wanted, "copy-from-past")) memcpy(outside, node + 8, 249);
      if (!strcmp(wanted, "move-past")) memmove(node + 8, node, 256);
      if (!strcmp(wanted, "read-freed")) return ((volatile char *)freed)[16] & 0;
      if (!strcmp(wanted, "write-past")) ((volatile char *)node)[256] = 1;
      if (!strcmp(wanted, "copy-overlapping")) memcpy(node, node + 8, 16);
      if (!strcmp(wanted, "good")) {
        watched_memset(node, 0, 256);
        memcpy(node, other, 256);
        memcpy(node + 255, other + 255, 1);
        memcpy(node, freed, 0);
        memmove(node, node + 8, 248);
        node[0] = 7;
        memcpy(outside + 3, node, 13);
        return outside[3] != 7;
      }
      return 0;
    }

    """

  static let executable = Result { try build() }

  static func build() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "maplecheck-memory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = folder.appending(path: "access.c")
    try program.write(to: source, atomically: true, encoding: .utf8)
    let result = try run(
      "/bin/sh",
      [
        "-c",
        #"""
        clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
        [ -x "$clang" ] || clang=clang
        "$clang" -std=gnu11 -O2 -fno-builtin -fuse-ld=lld -fsanitize=address -DMAPLECHECK_INSTRUMENTED \
          -I"$1" -o "$2/access" "$2/access.c"
        """#, "build", LibraryForTest.root.appending(path: "Adapters/linux").path, folder.path,
      ])
    try #require(result.status == 0, "\(result.errors)")
    return folder.appending(path: "access")
  }

  static func run(_ path: String, _ arguments: [String]) throws -> ProgramRun {
    let options = "detect_leaks=0:replace_intrin=0:malloc_context_size=0"
    return try ProgramRun(path, arguments, environment: ["ASAN_OPTIONS": options])
  }

  @Test(
    "is seen to be used after it was freed, or past its end",
    arguments: [
      "fill-freed", "fill-past", "copy-from-freed", "copy-to-freed", "copy-from-past", "move-past", "read-freed",
      "write-past",
    ])
  func badAccess(access: String) throws {
    let result = try Self.run(Self.executable.get().path, [access])
    #expect(result.status != 0)
    #expect(result.errors.contains("AddressSanitizer: use-after-poison"), "\(result.errors)")
  }

  @Test("must not be copied onto itself")
  func overlap() throws {
    let result = try Self.run(Self.executable.get().path, ["copy-overlapping"])
    #expect(result.status == 3 && result.errors == "violation: memcpy: what is copied and its copy overlap\n")
  }

  @Test("may be used within its bounds")
  func goodAccess() throws {
    let result = try Self.run(Self.executable.get().path, ["good"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }
}
