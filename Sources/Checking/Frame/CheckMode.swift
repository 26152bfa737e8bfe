import Subjects

/// What `maplecheck check` checks.
package enum CheckTarget: String, CaseIterable, Sendable {
  /// A map of ranges.
  case tree
  /// Fork's duplication of an address space, on a map of ranges.
  case fork
  /// Readers beside a writer, in every interleaving.
  case readers
}

/// The same with how: a world of its own each.
package enum CheckMode: String, CaseIterable, Sendable {
  case tree, fork
  case sweep = "fork --sweep"
  case lockstep = "--lockstep"
  case forkLockstep = "fork --lockstep"
  case readers
  case readersSweep = "readers --sweep"

  package init(_ target: CheckTarget, sweeps: Bool, isLockstep: Bool) {
    switch target {
    case .tree: self = isLockstep ? .lockstep : .tree
    case .fork: self = sweeps ? .sweep : isLockstep ? .forkLockstep : .fork
    case .readers: self = sweeps ? .readersSweep : .readers
    }
  }

  /// Those whose runs can begin with operations that are given.
  package static let ofOperations: Set<CheckMode> = [.tree, .fork, .lockstep, .forkLockstep]
  /// Those that make numbered runs.
  package static let ofRuns = ofOperations.union([.readers, .readersSweep])
  /// Those of forks.
  private static let ofForks: Set<CheckMode> = [.fork, .sweep, .forkLockstep]

  /// Why a subject cannot be checked so, in words; `nil` if it can.
  package func complaint(about subject: SubjectName, hasDesign: Bool, hasObserver: Bool) -> String? {
    if self == .lockstep {
      switch subject {
      case .maple, .library: break
      case .mapleAs, .oracle, .canary, .kernelFork:
        return "--lockstep: expected a library as the subject, found \(subject.name)"
      }
    }
    if self == .forkLockstep, let complaint = subject.lockstepComplaint { return complaint }
    let isKernelFork = subject.ofForks.machinePath != nil
    if Self.ofForks.contains(self) && isKernelFork && hasDesign {
      return "--design: \(subject.name) is a kernel's own fork, which has a design of its own; "
        + "linux-tree is a kernel's tree under our model of fork"
    }
    if hasObserver && !isKernelFork {
      return "--observer: expected a kernel's own fork as the subject, such as linux, found \(subject.name)"
    }
    if Self.ofForks.contains(self) && subject == .canary {
      return "--subject canary: its fault is in stores that cut the last of several ranges, which no address space "
        + "makes; a fork that is broken on purpose is --design B-only-ceiling"
    }
    return nil
  }
}
