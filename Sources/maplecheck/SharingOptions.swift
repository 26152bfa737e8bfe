import ArgumentParser
import Checking
import Workers

/// Which generated runs the user wants, and how many.
struct RunOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The seed of the first run; each next run has the next one.")
  var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: ArgumentHelp("How long.", valueName: "seconds"))
  var time: Double?

  @Option(parsing: .unconditional, help: "How many operations at least; without --time there is then no limit of time.")
  var operations: UInt64?

  @OptionGroup var sharing: SharingOptions

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if let time, !(time >= 0 && time <= 1e9) { return "--time: expected 0 to 1000000000 seconds" }
    return sharing.complaint
  }

  var limits: CheckLimits {
    CheckLimits(
      timeLimit: time ?? (operations == nil ? 10 : nil), operationLimit: operations, sharing: sharing.sharing)
  }

  /// Of work that ends by itself.
  var limitsOfSweep: CheckLimits {
    CheckLimits(timeLimit: time, operationLimit: operations, sharing: sharing.sharing)
  }
}

/// How the user wants work to be shared out, and what a subject may use.
struct SharingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many processes; without it as many as there are cores.", valueName: "count"))
  var jobs: Int?

  @OptionGroup var bounds: BoundOptions

  @Flag(help: "Go on after a finding, and tell the first of each kind and how often each was found.")
  var keepGoing = false

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if let jobs, !(1...256 ~= jobs) { return "--jobs: expected 1 to 256" }
    return bounds.complaint
  }

  var sharing: Sharing {
    Sharing(
      jobs: jobs ?? Sharing.cores, isolates: true,
      limits: bounds.limits, keepsGoing: keepGoing)
  }
}

/// What a subject may use before that is a violation.
struct BoundOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("After how long a call is taken for one that never returns.", valueName: "seconds"))
  var callTime = 10.0

  @Option(parsing: .unconditional, help: ArgumentHelp("How much memory the subject may take.", valueName: "MiB"))
  var memory = 1024

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if !(0.1...1e6 ~= callTime) { return "--call-time: expected 0.1 to 1000000 seconds" }
    return 16...1 << 20 ~= memory ? nil : "--memory: expected 16 to \(1 << 20) MiB"
  }

  var limits: WorkerLimits { WorkerLimits(callSeconds: callTime, bytes: UInt64(memory) << 20) }

  /// One piece of work at a time, each in a process of its own.
  var apart: Sharing { Sharing(isolates: true, limits: limits) }
}
