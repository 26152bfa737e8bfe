import Foundation
import Operations
import Readers
import Subjects
import Support

/// Scripts of faults that are known, from a folder.
package struct KnownScripts<Script: WorldScript> {
  /// A script, and its path in the folder without the ending.
  struct Known {
    var name: String
    var script: Script
  }

  var folder: String
  /// Sorted by name.
  var list: [Known]

  /// Reads all scripts in a folder and in those below it.
  /// - Throws: `CommandFailure` if there is no such folder, no script in it, or one that cannot be read.
  init(folder: String) throws(CommandFailure) {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      let names = FileManager.default.enumerator(atPath: folder)
    else {
      throw CommandFailure(file: folder, expected: "a folder of scripts, or none", found: "no folder")
    }
    self.folder = folder
    list = []
    let ending = ".\(Script.fileEnding)"
    for name in names.compactMap({ $0 as? String }).filter({ $0.hasSuffix(ending) }).sorted() {
      list.append(
        Known(name: String(name.dropLast(ending.count)), script: try InputFile.script("\(folder)/\(name)")))
    }
    if list.isEmpty { throw CommandFailure(file: folder, expected: "a folder of scripts, or none", found: "no script") }
  }

  /// The scripts of what was found in kernels, in the project.
  package static var folderOfLinux: String { "corpus/linux" }
  package static var folderOfForks: String { "corpus/linux-fork" }

  /// The scripts of a folder that was named, `none` for none; if none was named, those for a subject.
  package static func scripts(
    for subject: SubjectName, named folder: String?
  ) throws(CommandFailure) -> KnownScripts? {
    if let folder { return folder == "none" ? nil : try KnownScripts(folder: folder) }
    // What readers are known to find is told apart by what it looks like: `KnownReaderFault`.
    if Script.fileEnding == ReaderScript.fileEnding { return nil }
    guard Script.fileEnding == Operations.Script.fileEnding else {
      guard case .kernelFork = subject, let folder = SaveFolder.inProject(folderOfForks) else { return nil }
      return try KnownScripts(folder: folder)
    }
    guard subject.libraryName?.hasPrefix("Linux ") == true, let folder = SaveFolder.inProject(folderOfLinux) else {
      return nil
    }
    return try KnownScripts(folder: folder)
  }
}
