import AddressSpaceModel
import KernelFork
import MapleTreeModule
import RangeMapCore
import Scenarios
import Support

/// What is forked in a sweep over layouts: the model in several designs, or a kernel while several observers look.
protocol ForkSweeper {
  /// The designs, or the observers, each in words.
  var variants: [String] { get }

  func layout(_ path: String) throws(CommandFailure) -> SweptLayout

  /// How many points there are to try.
  func count(_ layout: ForkLayout, variant: Int, _ rule: SweepRule) throws(CommandFailure) -> Int

  func sweep(
    _ layout: ForkLayout, variant: Int, _ rule: SweepRule, _ points: Range<Int>, willContinue: () -> Bool
  ) throws(CommandFailure) -> ForkSweepReport
}

/// The model of address spaces, whose trees are a subject's.
struct ModelSweeper<Subject: RangeMap & ~Copyable>: ForkSweeper {
  var designs: [ForkDesignName]
  var makeSubject: (MapConfiguration) -> Subject

  var variants: [String] { designs.map { "design \($0.rawValue)" } }

  func layout(_ path: String) throws(CommandFailure) -> SweptLayout {
    try SweptLayout.file(path, makeMap: makeSubject)
  }

  func count(_ layout: ForkLayout, variant: Int, _ rule: SweepRule) throws(CommandFailure) -> Int {
    do throws(AddressSpaceError) {
      return try ForkSweep.count(layout, ForkOptions(design: designs[variant]), rule: rule, makeMap: makeSubject)
    } catch {
      throw CommandFailure(layout, "\(error)")
    }
  }

  func sweep(
    _ layout: ForkLayout, variant: Int, _ rule: SweepRule, _ points: Range<Int>, willContinue: () -> Bool
  ) throws(CommandFailure) -> ForkSweepReport {
    do throws(AddressSpaceError) {
      return try ForkSweep.sweep(
        layout, ForkOptions(design: designs[variant]), rule: rule, points: points, willContinue: willContinue,
        makeMap: makeSubject)
    } catch {
      throw CommandFailure(layout, "\(error)")
    }
  }
}

/// A kernel's own fork.
struct KernelSweeper: ForkSweeper {
  var machine: KernelMachine
  var observers = SweepObserver.all

  var variants: [String] { observers.map { "observer \($0.name)" } }

  func layout(_ path: String) throws(CommandFailure) -> SweptLayout {
    try SweptLayout.file(path) { MapleTreeSubject(configuration: $0) }
  }

  func count(_ layout: ForkLayout, variant: Int, _ rule: SweepRule) throws(CommandFailure) -> Int {
    let start = machine.save()
    defer { machine.restore(start) }
    return try fitting(layout, variant, rule).count
  }

  func sweep(
    _ layout: ForkLayout, variant: Int, _ rule: SweepRule, _ points: Range<Int>, willContinue: () -> Bool
  ) throws(CommandFailure) -> ForkSweepReport {
    let start = machine.save()
    defer { machine.restore(start) }
    return try fitting(layout, variant, rule).sweep(points, willContinue: willContinue)
  }

  private func fitting(
    _ layout: ForkLayout, _ variant: Int, _ rule: SweepRule
  ) throws(CommandFailure) -> KernelLayoutSweep {
    do throws(KernelCallError) {
      return try KernelLayoutSweep(layout, observer: observers[variant].observer, rule: rule, on: machine)
    } catch {
      throw CommandFailure(layout, ([error.description] + machine.warnings).joined(separator: "; "))
    }
  }
}

extension CommandFailure {
  fileprivate init(_ layout: ForkLayout, _ found: String) {
    self.init(file: layout.name, expected: "areas that can be mapped", found: found)
  }
}
