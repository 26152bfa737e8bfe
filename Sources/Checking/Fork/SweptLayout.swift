import AddressSpaceModel
import KernelFork
import Operations
import RangeMapCore
import Scenarios
import Support

/// How long a failure of a sweep lasts.
package enum SweepMode: String, CaseIterable, Sendable {
  /// The step alone fails.
  case once
  /// All later steps fail too.
  case forever
  case both

  var durations: [Bool] {
    switch self {
    case .once: [false]
    case .forever: [true]
    case .both: [false, true]
    }
  }
}

/// Who looks in a sweep over a kernel's own fork, or that nobody does.
package struct SweepObserver: Sendable {
  var observer: KernelObserver?

  package static let all = [SweepObserver(observer: nil)] + KernelObserver.allCases.map(SweepObserver.init)

  package var name: String { observer?.rawValue ?? "none" }
}

/// The address spaces that one argument stands for.
struct SweptLayout {
  var name: String
  var spaces: [ForkLayout]

  static func designed(_ count: Int) -> SweptLayout {
    let layout = ForkLayout.designed(count: count)
    return SweptLayout(name: layout.name, spaces: [layout])
  }

  /// Reads a log or a list of areas; what it is shows in its first characters.
  static func file<Map: RangeMap & ~Copyable>(
    _ path: String, makeMap: @escaping (MapConfiguration) -> Map
  ) throws(CommandFailure) -> SweptLayout {
    let bytes = try InputFile.read(path, limit: InputFile.greatestImportSize, content: "a log or a list of areas")
    let spaces: [ForkLayout]
    do throws(ScriptError) {
      if ImportFormat.guess(bytes) == .maps {
        spaces = [try ForkLayout.maps(bytes, file: path)].filter { !$0.mappings.isEmpty }
      } else {
        spaces = try ForkLayout.trace(bytes, file: path, makeMap: makeMap)
      }
    } catch {
      throw CommandFailure(error)
    }
    if spaces.isEmpty { throw CommandFailure(file: path, expected: "an area or a call that maps one", found: "none") }
    return SweptLayout(name: path, spaces: spaces)
  }
}
