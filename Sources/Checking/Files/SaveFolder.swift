import Foundation
import Harness
import Operations
import Subjects
import Support

/// Where findings are kept.
package struct SaveFolder {
  /// As the user is told it.
  var path: String

  package init(path: String) { self.path = path }

  /// The folder for what is found of a subject: the one that the user names, or the subject's own in the project.
  ///
  /// What is found of our tree is among its regressions, which the tests replay. What is found of another subject may
  /// never be right there.
  /// - Throws: `CommandFailure` where there is no project around, for no folder is made wherever one happens to stand.
  package static func folder(
    for subject: SubjectName, of target: String? = nil, named path: String?,
    from start: String = FileManager.default.currentDirectoryPath
  ) throws(CommandFailure) -> SaveFolder {
    if let path { return SaveFolder(path: path) }
    guard let root = ProjectFolder.containing(start) else {
      throw CommandFailure(
        "--save: expected to be run in the project, whose corpus it adds to; --save-to names a folder")
    }
    let prefix = root == start ? "" : root + "/"
    let isOurs = subject == .maple && target == nil
    return SaveFolder(path: prefix + (isOurs ? Script.regressionDirectory : "corpus/found/\(name(subject, target))"))
  }

  /// The path of a folder of the project that one stands in; `nil` if one does not, or if it has no such folder.
  static func inProject(_ folder: String, from start: String = FileManager.default.currentDirectoryPath) -> String? {
    guard let root = ProjectFolder.containing(start) else { return nil }
    let path = root == start ? folder : "\(root)/\(folder)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// A name for a folder: the subject's, of a library without where it is and how its file ends.
  private static func name(_ subject: SubjectName, _ target: String?) -> String {
    var name = subject.name
    if case .library(let path, _) = subject, name.contains("/") || name.hasSuffix(".so") {
      name = URL(filePath: path).deletingPathExtension().lastPathComponent
    }
    return ([name] + (target.map { [$0] } ?? [])).joined(separator: "-")
  }

  /// Writes a file whole, and returns its path.
  func save(_ text: String, as name: String) throws(CommandFailure) -> String {
    do throws(WholeFileError) {
      try WholeFile.makeDirectory(path)
      try WholeFile.write(Array(text.utf8), to: "\(path)/\(name)")
    } catch {
      throw CommandFailure(error)
    }
    return "\(path)/\(name)"
  }
}
