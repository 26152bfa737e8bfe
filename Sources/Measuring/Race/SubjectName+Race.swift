import Subjects
import Support

extension SubjectName {
  /// The subject as one side of a race.
  /// - Parameter asked: what the user asked for, for the message.
  package func raceSide(for asked: String) throws -> RaceSide {
    switch self {
    case .maple: return .maple()
    case .mapleAs(let rule): return .maple(rule: rule)
    case .library(let path, _): return .library(try Self.load(path))
    case .oracle, .canary, .kernelFork: throw CommandFailure("\(asked): expected a tree or a library, found \(name)")
    }
  }
}
