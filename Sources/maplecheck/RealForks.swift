import Foundation
import Scenarios

/// Real forks on the running kernel, by a program of their own: it has few mappings itself, and no other threads.
enum RealForks {
  enum Outcome: Equatable {
    case measured(RealForkRow)
    /// The system or the program refuses the size; says why.
    case refused(String)
  }

  /// The program beside this one.
  static var program: URL {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return own.deletingLastPathComponent().appendingPathComponent("RealFork")
  }

  /// Forks of a size: more of small ones, which are quick and noisy.
  static func count(for size: Int) -> Int { min(2_000, max(21, 200_000 / size)) }

  static func run(_ size: Int, program: URL = program) throws(CommandFailure) -> Outcome {
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw CommandFailure(
        file: program.path, expected: "the program that forks, which swift build --product RealFork builds",
        found: "no such program")
    }
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = ["\(size)", "\(count(for: size))"]
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw CommandFailure("\(program.path): cannot be run: \(error.localizedDescription)")
    }
    // At most a line of errors, which a pipe holds, so that the order of reading does not matter.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let reason = complaint.split(separator: "\n").first.map(String.init)
      return .refused("\(size) mappings: \(reason ?? "the program ended with status \(process.terminationStatus)")")
    }
    guard let row = row(of: text) else {
      throw CommandFailure(
        file: program.path, expected: "three numbers a line", found: String(text.prefix(60)))
    }
    return .measured(row)
  }

  /// The medians of what the program printed: mappings, nanoseconds of the call, nanoseconds until the child was waited
  /// for.
  static func row(of text: String) -> RealForkRow? {
    var (calls, cycles, mappings): ([Double], [Double], Set<Int>) = ([], [], [])
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 3, let count = Int(words[0]), let call = Double(words[1]), let cycle = Double(words[2])
      else { return nil }
      mappings.insert(count)
      calls.append(call)
      cycles.append(cycle)
    }
    guard mappings.count == 1, let vmas = mappings.first else { return nil }
    return RealForkRow(
      vmas: vmas, forks: calls.count, callNanoseconds: CopyMeasurement.median(calls),
      cycleNanoseconds: CopyMeasurement.median(cycles))
  }
}
