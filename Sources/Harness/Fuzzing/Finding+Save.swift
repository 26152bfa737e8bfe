import Operations
import Support

extension Script {
  /// Where regressions of the tree are kept, from the root of the project.
  public static let regressionDirectory = "corpus/tree/regressions"
}

extension Finding {
  /// Writes the script with its violation in comments, and returns the path of the file.
  package func save(in directory: String) throws(WholeFileError) -> String {
    try WholeFile.makeDirectory(directory)
    let path = "\(directory)/\(fileName)"
    try WholeFile.write(Array(scriptText.utf8), to: path)
    return path
  }
}
