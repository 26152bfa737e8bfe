/// What came of a script of readers.
public struct ReaderReport: Sendable {
  /// A broken law, and the reader's calls with the schedule that shows it.
  public struct Finding: Sendable {
    public var broken: BrokenReaderLaw
    /// The place of the call in the script.
    public var place: Int
    /// The schedule of each call of the reader, by its place in the script.
    public var schedules: [Int: CallSchedule]
  }

  /// Runs of a reader, each with another interleaving.
  public var interleavings: UInt64 = 0
  public var loads: UInt64 = 0
  /// Steps of the writer.
  public var steps = 0
  /// Whether all interleavings of all readers were tried.
  public var isExhaustive = true
  /// How often the map was made anew, after it noticed a known fault.
  var remakes = 0
  public var finding: Finding?
  /// Known faults that were passed by, and how often.
  public var known: [KnownReaderFault: UInt64] = [:]
  /// Why a schedule cannot be: the reader did something else then.
  public var doubt: String?
  /// What the writer did that it must not: nothing was tried then.
  public var complaint: String?

  public init() {}
}
