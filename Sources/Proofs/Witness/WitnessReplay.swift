import Harness
import MapleTreeModule
import Operations

/// Runs witness scripts beside the sorted array, as `maplecheck replay` does, before they are shown.
package enum WitnessReplay {
  /// Demands that a script's last store takes exactly as many nodes as it says: that it passes where it is allowed so
  /// many, and is a violation where it is allowed one less; and that `nodes` splits the two as expected.
  /// - Throws: `WitnessError` where the replay goes another way.
  package static func check(_ witness: Witness, allowing nodes: Int) throws {
    let bound = max(0, nodes)
    let found = violation(of: witness.bounded(to: bound), algorithm: witness.cell.algorithm)
    let expected: ViolationKind? = bound < witness.nodes ? .tookMoreNodes : nil
    guard found?.kind == expected else {
      throw WitnessError(
        "\(witness.cell.name): the replay of its script with at most \(bound) nodes was expected to end with "
          + "\(expected?.rawValue ?? "nothing"), and found \(found.map { "\($0)" } ?? "nothing")")
    }
  }

  /// What a script violates on the tree.
  package static func violation(of script: Script, algorithm: RebuildRule) -> Violation? {
    var options = RunnerOptions.fast
    options.collectsMarks = false
    return Runner<MapleTreeSubject>.run(script, options: options) {
      MapleTreeSubject(configuration: $0, rebuildRule: algorithm)
    }.violation
  }
}
