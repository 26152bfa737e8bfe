import Foundation
import Support

/// A kernel's library under another name, or with a fault in a call.
enum RenamedLibrary {
  /// Compiles a library into a folder that shows the table of another one.
  /// - Parameters:
  ///   - name: what it says of itself; `nil` for what the other one says.
  ///   - misbehave: what a store does first, where its range is `first...last`.
  static func compile(
    _ library: String, name: String? = nil, misbehave: String = "", in scratch: ScratchDirectory
  ) throws -> String {
    let root = ProjectFolder.ofSource().path
    let source = try scratch.write(
      "renamed.c",
      """
      #include "CSubjectABI.h"
      #include <dlfcn.h>
      #include <stddef.h>
      static const struct maplecheck_subject *real;
      static enum maplecheck_status store(
        struct maplecheck_map *map, uint64_t entry, uint64_t first, uint64_t last, uint32_t policy) {
        \(misbehave)
        return real->store(map, entry, first, last, policy);
      }
      const struct maplecheck_subject *maplecheck_subject(void) {
        static struct maplecheck_subject renamed;
        const struct maplecheck_subject *(*entry)(void) =
          dlsym(dlopen("\(library)", RTLD_NOW | RTLD_LOCAL), "maplecheck_subject");
        real = entry();
        renamed = *real;
        \(name.map { "renamed.name = \"\($0)\";" } ?? "")
        renamed.store = store;
        return &renamed;
      }

      """)
    let run = try ProgramRun(
      "cc",
      [
        "-w", "-shared", "-fPIC", "-I", "\(root)/Sources/CSubjectABI/include", "-o", "\(scratch.path)/renamed.so",
        source,
      ])
    guard run.status == 0 else { throw MisbehavingLibrary.CompilerError(status: run.status) }
    return "\(scratch.path)/renamed.so"
  }
}
