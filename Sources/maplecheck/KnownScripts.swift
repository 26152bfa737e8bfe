import ArgumentParser
import Foundation
import Operations
import Support

/// Scripts of faults that are known, from a folder.
struct KnownScripts<Script: WorldScript> {
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
}

/// Which scripts show what is known of a subject.
struct KnownScriptOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Scripts of known faults: what is found and has the shape of one of them is counted, and the check goes on. none \
      is for no script. Without it \(Self.ofLinux) for a kernel's tree, \(Self.ofForks) for a kernel's fork, and \
      none for any other subject.
      """, valueName: "folder"))
  var known: String?

  /// The scripts of what was found in kernels, in the project.
  static let ofLinux = "corpus/linux"
  static let ofForks = "corpus/linux-fork"

  /// The scripts of a world for a subject; `nil` for none.
  func scripts<Script: WorldScript>(for subject: SubjectName) throws(CommandFailure) -> KnownScripts<Script>? {
    if let known { return known == "none" ? nil : try KnownScripts(folder: known) }
    guard Script.fileEnding == Operations.Script.fileEnding else {
      guard case .kernelFork = subject, let folder = SaveFolder.inProject(Self.ofForks) else { return nil }
      return try KnownScripts(folder: folder)
    }
    guard subject.libraryName?.hasPrefix("Linux ") == true, let folder = SaveFolder.inProject(Self.ofLinux) else {
      return nil
    }
    return try KnownScripts(folder: folder)
  }
}
