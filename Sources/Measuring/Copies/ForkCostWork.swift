import Operations
import RangeMapCore
import Subjects
import Support

/// The times of copies of every size, on any subject.
package struct ForkCostWork: SubjectWork {
  private var subject = ""
  var sizes: [Int]
  var rounds: Int
  /// Mappings that a round copies of a size at least.
  var mappings: Int
  package var skippedKinds: Set<OperationKind> = []

  package init(sizes: [Int], rounds: Int, mappings: Int = CopyMeasurement.mappingsOfRound) {
    (self.sizes, self.rounds, self.mappings) = (sizes, rounds, mappings)
  }

  /// Measures copies of a subject's trees.
  package func measure(_ subject: SubjectName) throws -> ForkCostReport {
    var work = self
    work.subject = subject.name
    return try subject.run(work)
  }

  package func run<Subject: RangeMap & ~Copyable>(
    _ makeSubject: @escaping (MapConfiguration) -> Subject
  ) throws -> ForkCostReport {
    var report = ForkCostReport(subject: subject, rounds: rounds)
    do throws(CopyFault) {
      report.trees = try CopyMeasurement.times(sizes: sizes, rounds: rounds, mappings: mappings, goesOn: Self.goesOn) {
        (size) throws(CopyFault) in try TreeCopyTrial(size: size, makeMap: makeSubject)
      }
      report.spaces = try CopyMeasurement.times(sizes: sizes, rounds: rounds, mappings: mappings, goesOn: Self.goesOn) {
        (size) throws(CopyFault) in try SpaceCopyTrial(size: size, makeMap: makeSubject)
      }
    } catch {
      throw error.told
    }
    return report
  }

  private static func goesOn() -> Bool { !Interruption.isRequested }
}

extension CopyFault {
  /// Says on the error stream what is wrong, and returns the exit status.
  package var told: ExitStatus {
    StandardStream.error.write("maplecheck: \(self)\n")
    switch self {
    case .differs: return .violation
    case .refused, .nothingMeasured: return .undecided
    }
  }
}

extension ForkCostReport {
  package var status: ExitStatus {
    if !countsAreStraight { return .violation }
    return trees.isEmpty || !realRefusals.isEmpty || !decidesStraightness ? .undecided : .clean
  }

  /// Counts the copies of our tree.
  package mutating func count(_ sizes: [Int]) throws(ExitStatus) {
    do throws(CopyFault) {
      for size in sizes {
        var tree = try TreeCopyTrial(size: size, makeMap: CountedTrees.make)
        treeCounts.append(try CopyMeasurement.counts(&tree))
        var space = try SpaceCopyTrial(size: size, makeMap: CountedTrees.make)
        spaceCounts.append(try CopyMeasurement.counts(&space))
      }
    } catch {
      throw error.told
    }
  }

  /// Measures real forks; a size that the system refuses is told, and left out.
  package mutating func addReal(_ sizes: [Int]) throws(CommandFailure) {
    for size in sizes {
      switch try RealForks.run(size) {
      case .measured(let row): real.append(row)
      case .refused(let reason): realRefusals.append(reason)
      }
    }
  }
}
