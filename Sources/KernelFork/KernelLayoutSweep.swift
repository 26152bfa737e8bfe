import AddressSpaceModel
import RangeMapCore
import Scenarios

/// Trying all failures of a kernel's fork of one layout, while one observer looks, or none.
package struct KernelLayoutSweep: ~Copyable {
  private let bench: KernelForkBench
  private let layout: ForkLayout
  private let observer: KernelObserver?
  private let rule: SweepRule
  private let steps: KernelSteps
  private let whole: KernelForkOutcome
  private let points: [KernelSweepPoints.Point]
  private let vmas: Int

  /// Maps the layout, and forks it once without a failure.
  /// - Throws: `KernelCallError` if the layout does not fit.
  /// - Complexity: O(memory in use).
  package init(
    _ layout: ForkLayout, observer: KernelObserver?, rule: SweepRule, on machine: KernelMachine
  ) throws(KernelCallError) {
    let (space, files) = try layout.makeSpace(on: machine)
    bench = try KernelForkBench(machine, parent: space, files: files)
    (self.layout, self.observer, self.rule) = (layout, observer, rule)
    vmas = bench.areas.count
    whole = bench.run(observer: observer)
    steps = whole.steps
    points = KernelSweepPoints.points(rule) { [steps] in steps.count(of: $0) }
  }

  /// How many points there are to try.
  package var count: Int { points.count }

  /// Tries some of the points, numbered from 0 in the order in which they are tried: the reports of all parts, added
  /// up, are that of the whole.
  /// - Parameter willContinue: asked after each point; `false` ends the sweep.
  /// - Complexity: O(points · memory in use).
  package func sweep(_ numbers: Range<Int>, willContinue: () -> Bool = { true }) -> ForkSweepReport {
    var report = ForkSweepReport(layout: layout.name, observer: observer?.rawValue ?? "none")
    let names = KernelSweepPoints.names(rule) { [steps] in steps.count(of: $0) }
    report.rows = names.map { ForkSweepReport.Row(kind: $0.name, existing: 0, selected: 0) }
    if numbers.lowerBound == 0 {
      report.addSpace(vmas: vmas)
      add(whole, nil, to: &report)
      for (place, name) in names.enumerated() {
        report.rows[place] = ForkSweepReport.Row(kind: name.name, existing: name.count, selected: 0)
      }
      report.lacking = layout.lackedByKernels
    }
    for point in points[numbers.clamped(to: 0..<points.count)] {
      // Up to its failure a fork is the whole one, at which an observer that changes nothing has looked already.
      let outcome = bench.run(
        failing: KernelFailure(point.failure), observer: observer, onlyAfterFailure: observer?.changesNothing ?? false)
      add(outcome, point.failure, to: &report)
      // A step has its name when it comes.
      let name = point.name ?? outcome.steps.firstFailed?.step.name
      if let place = names.firstIndex(where: { $0.name == name }) {
        report.rows[place].selected += 1
        report.rows[place].tried += 1
      }
      if !willContinue() { break }
    }
    return report
  }

  private func add(_ outcome: KernelForkOutcome, _ failure: ForkFailure?, to report: inout ForkSweepReport) {
    if let limit = outcome.limit { report.lacking[limit, default: 0] += 1 }
    report.add(failed: !outcome.succeeded, outcome.violations, failure, of: layout)
  }
}

extension ForkLayout {
  /// An address space of a kernel with these mappings, and all files.
  fileprivate func makeSpace(on machine: KernelMachine) throws(KernelCallError) -> (KernelSpace, files: [UInt64]) {
    try machine.setAreaLimit(UInt64(max(65_530, mappings.count + 1)))
    var files: [UInt64] = []
    let count = (mappings.compactMap(\.file).max() ?? -1) + 1
    for _ in 0..<count { files.append(try machine.newFile()) }
    let space = try machine.newSpace()
    for mapping in mappings { try machine.map(mapping.ofKernels.charged, in: space, files: files) }
    for place in touched {
      let mapping = mappings[place]
      for page in [mapping.range.first, mapping.range.last & ~(AddressLayout.pageSize - 1)] {
        do throws(KernelCallError) {
          try machine.touch(.single(page), writing: mapping.flags.contains(.writable), in: space)
        } catch .refused { continue }
      }
    }
    return (space, files)
  }

  /// What the layout has and a kernel's machine has not, and how often.
  fileprivate var lackedByKernels: [String: Int] {
    let scenario = ForkScenario(operations: mappings.map { .map($0, hasPolicy: false) })
    return Dictionary(uniqueKeysWithValues: scenario.lackedByKernels.map { ($0.name, Int($0.count)) })
  }
}
