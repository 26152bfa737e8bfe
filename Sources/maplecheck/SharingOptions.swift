import ArgumentParser
import Workers

/// How the user wants work to be shared out, and what a subject may use.
struct SharingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many processes; without it as many as there are cores.", valueName: "count"))
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("After how long a call is taken for one that never returns.", valueName: "seconds"))
  var callTime = 10.0

  @Option(parsing: .unconditional, help: ArgumentHelp("How much memory the subject may take.", valueName: "MiB"))
  var memory = 1024

  @Flag(help: "Go on after a finding, and tell the first of each kind and how often each was found.")
  var keepGoing = false

  /// What the options say that is wrong, in words.
  var complaint: String? {
    if let jobs, !(1...256 ~= jobs) { return "--jobs: expected 1 to 256" }
    if !(0.1...1e6 ~= callTime) { return "--call-time: expected 0.1 to 1000000 seconds" }
    return 16...1 << 20 ~= memory ? nil : "--memory: expected 16 to \(1 << 20) MiB"
  }

  var sharing: Sharing {
    Sharing(
      jobs: jobs ?? Sharing.cores, isolates: true,
      limits: WorkerLimits(callSeconds: callTime, bytes: UInt64(memory) << 20), keepsGoing: keepGoing)
  }
}
