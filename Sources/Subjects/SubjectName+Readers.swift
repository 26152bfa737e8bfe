import ExternalSubject
import Glibc
import Support

extension SubjectName {
  /// The library of the subject in the build that shows each access of its memory.
  package var witnessedLibrary: SubjectLibrary {
    get throws(CommandFailure) {
      guard case .library(let path, _) = self else {
        throw CommandFailure("\(name): expected a subject that shows its accesses, such as linux or linux-6.12")
      }
      let shown = LinuxLibraries.pathWithReaders(path)
      if access(shown, F_OK) != 0, shown != path {
        throw CommandFailure("\(shown): no such file; expected a kernel's tree for readers, which make linux builds")
      }
      let library = try SubjectName.load(shown)
      if library.showsAccesses { return library }
      throw CommandFailure("\(shown): the library does not show its accesses: it has no function maplecheck_witness()")
    }
  }
}
