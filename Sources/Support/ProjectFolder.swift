import Foundation

/// The folder of the project: the one that has `Package.swift` and the corpus.
package enum ProjectFolder {
  /// The project that a file or a folder is in; `nil` if it is in none.
  package static func containing(_ path: String) -> String? {
    var folder = URL(filePath: path).standardizedFileURL
    while true {
      let isProject = ["Package.swift", "corpus/tree"].allSatisfy {
        FileManager.default.fileExists(atPath: folder.appending(path: $0).path(percentEncoded: false))
      }
      let path = folder.path(percentEncoded: false)
      if isProject { return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }
      if path == "/" { return nil }
      folder.deleteLastPathComponent()
    }
  }

  /// The project that a source file belongs to, for tests.
  package static func ofSource(_ file: String = #filePath) -> URL {
    guard let root = containing(file) else { preconditionFailure("\(file): expected a file of the project") }
    return URL(filePath: root, directoryHint: .isDirectory)
  }
}
