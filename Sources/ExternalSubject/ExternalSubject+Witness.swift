import CSubjectABI
import RangeMapCore

extension ExternalSubject: WitnessedRangeMap {
  /// Shows the accesses of a map's calls; does nothing if the library cannot (`SubjectLibrary.showsAccesses`).
  public func witness(_ hook: AccessHook?, context: UnsafeMutableRawPointer?) {
    library.witness?(map, hook, context)
  }
}
