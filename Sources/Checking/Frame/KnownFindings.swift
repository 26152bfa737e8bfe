import Harness
import Operations
import RangeMapCore
import Support
import Workers

/// Tells what is known of a subject from what is not.
///
/// A known script is run on the same subject in the same way, and what it leads to is shrunk by the same shrinker as
/// what was found: then the shapes of both are compared. That is done once, when something is found for the first time.
///
/// If the subject shows the faults that it knows of itself, what was found is first run while it steps around them.
/// What shows then too is none of these, and must not become one of them while it is shrunk: it is shrunk and compared
/// while the subject steps around.
final class KnownFindings<W: World> {
  private let scripts: KnownScripts<W.Script>
  private let shrinking: Shrinking<W>
  /// Lets the subject show the faults that it knows of itself, or step around them; `nil` if it steps around them, or
  /// knows none.
  private let expose: ((Bool) -> Void)?
  /// What the scripts lead to, by whether the subject steps around its faults.
  private var shapes: [Bool: [(name: String, shape: FindingShape)]] = [:]

  init(_ scripts: KnownScripts<W.Script>, _ shrinking: Shrinking<W>, expose: ((Bool) -> Void)?) {
    self.scripts = scripts
    self.shrinking = shrinking
    self.expose = expose
  }

  /// What came of comparing a finding.
  enum Answer {
    /// The names of the known scripts of its shape.
    case known(String)
    /// The finding as far as it was shrunk, and whether that is as far as can be.
    case unknown(Finding<W.Script>, isShrunk: Bool)
  }

  /// Compares a finding.
  /// - Parameter isTold: whether the finding is told if it is not known: then it is shrunk as far as can be, and
  ///   compared again.
  func compare(_ finding: Finding<W.Script>, isTold: Bool) -> Answer {
    expose?(false)
    defer { expose?(true) }
    let stepsAround =
      expose != nil && shrinking.violation(of: finding.script, shrinking.sharing.confirmationLimits) != nil
    expose?(!stepsAround)
    let known = shapesOfScripts(stepsAround)
    func name(_ finding: Finding<W.Script>) -> String? {
      let shape = shrinking.world.shape(of: finding)
      let names = known.filter { $0.shape.matches(shape) }.map(\.name)
      return names.isEmpty ? nil : names.joined(separator: " or ")
    }
    let quick = shrinking.shrink(finding, limits: .quick())
    if let name = name(quick) { return .known(name) }
    let isShrunk = quick.stop == nil
    guard isTold, !isShrunk, !Interruption.isRequested else { return .unknown(quick, isShrunk: isShrunk) }
    let best = shrinking.shrink(finding)
    return name(best).map { .known($0) } ?? .unknown(best, isShrunk: true)
  }

  private func shapesOfScripts(_ stepsAround: Bool) -> [(name: String, shape: FindingShape)] {
    if let shapes = shapes[stepsAround] { return shapes }
    let found = scripts.list.compactMap { known in shape(of: known.script).map { (known.name, $0) } }
    shapes[stepsAround] = found
    return found
  }

  /// What a known script leads to on this subject; `nil` if it leads to nothing.
  private func shape(of script: W.Script) -> FindingShape? {
    shrinking.finding(script, shrinking.sharing.confirmationLimits, shrinkingWithin: .quick()).map(
      shrinking.world.shape)
  }
}
