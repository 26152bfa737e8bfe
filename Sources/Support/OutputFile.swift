/// Writes a result to a file, whole or not at all, or to the output where there is no name.
package enum OutputFile {
  package static func write(_ bytes: [UInt8], to path: String?) throws(CommandFailure) {
    guard let path, path != "-" else { return StandardStream.output.write(bytes) }
    do throws(WholeFileError) {
      try WholeFile.write(bytes, to: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Makes a folder and those above it.
  package static func makeDirectory(_ path: String) throws(CommandFailure) {
    do throws(WholeFileError) {
      try WholeFile.makeDirectory(path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
