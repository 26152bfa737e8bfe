extension CodingUserInfoKey {
  /// Set if a value goes to another process of the command, and no program of a user reads it.
  package static let isBetweenProcesses: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "isBetweenProcesses") else { preconditionFailure("any text is a key") }
    return key
  }()
}
