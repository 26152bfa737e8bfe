import Harness
import Operations
import RangeMapCore
import SortedArrayOracle

/// Runs scripts of readers on a map that shows its accesses.
///
/// The writer runs first, and its stores are logged. Then each reader runs on the log again and again, with another
/// interleaving each time: `ReaderView`.
public struct ReaderRunner<Map: WitnessedRangeMap & ~Copyable>: ~Copyable {
  private let script: ReaderScript
  private let limits: ReaderLimits
  private let watch: RunWatch?
  private let makeMap: (MapConfiguration) -> Map
  private var map: Map
  private var oracle: SortedArrayOracle
  private var states = MapStates()
  private var heads: Set<UInt> = []
  private var isBroken = false
  private var next: UInt64 = 0
  private var oracleNext: UInt64 = 0
  public private(set) var report = ReaderReport()
  /// The stores of the writer.
  public private(set) var log = AccessLog()

  /// - Parameter makeMap: makes an empty map.
  public init(
    _ script: ReaderScript, limits: ReaderLimits = ReaderLimits(), watch: RunWatch? = nil,
    makeMap: @escaping (MapConfiguration) -> Map
  ) {
    (self.script, self.limits, self.watch) = (script, limits, watch)
    self.makeMap = makeMap
    map = makeMap(script.configuration)
    oracle = SortedArrayOracle(configuration: script.configuration)
  }

  /// Runs the script.
  /// - Parameter trace: told of each load of a reader whose calls have schedules.
  public mutating func run(
    shouldStop: () -> Bool = { false }, trace: ((_ place: Int, _ loads: [ReaderView.Load]) -> Void)? = nil
  ) -> ReaderReport {
    guard setUp() else { return report }
    for reader in ReaderScript.readers {
      let places = script.operations.indices.filter { script.operations[$0].role == .reader(reader) }
      if places.isEmpty || report.finding != nil { continue }
      if isBroken || shouldStop() {
        report.isExhaustive = false
        continue
      }
      read(places, shouldStop, trace)
    }
    map.leaveReader()
    // What waited for readers is freed now.
    if map.hasNoticedViolation && report.finding == nil {
      report.complaint = "the last reader leaves: \(map.brokenLaws().joined(separator: "; "))"
    }
    return report
  }

  /// Fills the map, and lets the writer write.
  /// - Returns: whether the map did what the oracle did.
  private mutating func setUp() -> Bool {
    findHeads()
    for (place, line) in script.operations.enumerated() where line.role == .setUp {
      watch?.note(operation: place)
      if !make(line.operation) {
        _ = fail(place, "the map does not do what the sorted array does")
        return false
      }
    }
    return write()
  }

  /// How often a map is made anew in a script.
  private static var greatestRemakes: Int { 100 }

  /// Begins again with a new map, for one that noticed a fault answers no call any more. The choices of a reader mean
  /// the same on it.
  private mutating func setUpAgain() -> Bool {
    report.remakes += 1
    guard report.remakes <= Self.greatestRemakes else { return false }
    map = makeMap(script.configuration)
    oracle = SortedArrayOracle(configuration: script.configuration)
    (states, heads, isBroken, next, oracleNext) = (MapStates(), [], false, 0, 0)
    return setUp()
  }

  /// The words that a reader of an empty map loads are those of the map itself.
  private mutating func findHeads() {
    withUnsafeMutablePointer(to: &heads) { heads in
      map.witness(
        { context, access, place, _, _ in
          guard let context, access == MemoryAccess.load.rawValue else { return true }
          context.assumingMemoryBound(to: Set<UInt>.self).pointee.insert(UInt(bitPattern: place) >> 3)
          return true
        }, context: heads)
      _ = map.load(0)
      map.witness(nil, context: nil)
    }
  }

  private mutating func fail(_ place: Int, _ complaint: String) -> ReaderReport {
    let said = map.hasNoticedViolation ? ": \(map.brokenLaws().joined(separator: "; "))" : ""
    report.complaint = "\(script.operations[place].operation): \(complaint)\(said)"
    return report
  }

  /// The steps of one of the writer's operations, in words.
  /// - Parameter place: the place of the operation in the script.
  public func stepText(ofWriter place: Int) -> String {
    let number = script.operations[..<place].count { $0.role == .writer }
    guard number < log.ends.count else { return "no steps" }
    let first = number == 0 ? 1 : log.ends[number - 1] + 1
    return first > log.ends[number] ? "no steps" : "steps \(first) to \(log.ends[number])"
  }

  // MARK: The writer

  /// Makes an operation on the map and on the oracle.
  /// - Returns: whether both gave the same.
  private mutating func make(_ operation: Operation) -> Bool {
    if let stores = FillStores(operation) {
      for store in stores where !make(store) { return false }
      return true
    }
    let outcome = map.call(operation, next: &next)
    return outcome == oracle.call(operation, next: &oracleNext) && !map.hasNoticedViolation
  }

  /// Makes what the writer does, with a reader inside, and logs it.
  private mutating func write() -> Bool {
    map.enterReader()
    states.add(oracle)
    var log = AccessLog()
    for (place, line) in script.operations.enumerated() where line.role == .writer {
      watch?.note(operation: place)
      let isRight = withUnsafeMutablePointer(to: &log) { log in
        map.witness(
          { context, access, place, size, code in
            guard let context, let access = MemoryAccess(rawValue: access) else { return true }
            context.assumingMemoryBound(to: AccessLog.self).pointee.note(
              access, place: UInt(bitPattern: place), size: Int(size), code: code)
            return true
          }, context: log)
        defer { map.witness(nil, context: nil) }
        return make(line.operation)
      }
      log.endOperation()
      states.add(oracle)
      if !isRight {
        _ = fail(place, "the map does not do what the sorted array does")
        return false
      }
    }
    self.log = log
    report.steps = log.steps.count
    // With all steps undone the map must hold what it held: else a store was not shown.
    log.put(after: false)
    let isUndone = states.isContent(of: map, in: 0)
    log.put(after: true)
    if !isUndone { report.complaint = "the map does not show all stores: their undoing leaves another map" }
    return isUndone
  }

  // MARK: Readers

  private mutating func read(
    _ places: [Int], _ shouldStop: () -> Bool, _ trace: ((Int, [ReaderView.Load]) -> Void)?
  ) {
    let view = UnsafeMutablePointer<ReaderView>.allocate(capacity: 1)
    func initialize() { view.initialize(to: ReaderView(StoreTable(log), script.order, heads: heads)) }
    initialize()
    defer {
      view.deinitialize(count: 1)
      view.deallocate()
      log.put(after: true)
    }
    let calls = places.filter { script.operations[$0].isCall }
    let isScheduled = calls.contains { script.operations[$0].schedule != nil }
    if isScheduled && calls.contains(where: { script.operations[$0].schedule == nil }) {
      report.doubt = "some calls of \(script.operations[places[0]].roleText) have a schedule, and others not"
      return
    }
    view.pointee.keepsLoads = trace != nil && isScheduled
    var left = limits.interleavings
    var isSampling = false
    while true {
      view.pointee.begin()
      runOnce(places, view, isScheduled ? trace : nil)
      report.interleavings += 1
      if report.finding != nil || isScheduled { break }
      if isBroken {
        guard setUpAgain() else {
          report.isExhaustive = false
          break
        }
        let choices = view.pointee.choices
        report.loads += view.pointee.loadCount
        view.deinitialize(count: 1)
        initialize()
        view.pointee.choices = choices
      }
      if report.interleavings & 0xff == 0 && shouldStop() {
        report.isExhaustive = false
        break
      }
      if !isSampling && !view.pointee.choices.advance() { break }
      left -= 1
      if left > 0 { continue }
      report.isExhaustive = false
      if isSampling { break }
      isSampling = true
      left = limits.interleavings
      view.pointee.choices.sample(seed: limits.seed, switches: limits.switches)
    }
    report.loads += view.pointee.loadCount
  }

  /// Makes all calls of a reader once.
  private mutating func runOnce(
    _ places: [Int], _ view: UnsafeMutablePointer<ReaderView>,
    _ trace: ((Int, [ReaderView.Load]) -> Void)?
  ) {
    var schedules: [Int: CallSchedule] = [:]
    // What a walk may not pass was there when it began.
    var begin: Int?
    for cursor in Set(places.compactMap { script.operations[$0].operation.usedCursor }) {
      map.cursorSet(cursor, to: .single(0))
    }
    for place in places {
      let line = script.operations[place]
      let isCall = line.isCall
      view.pointee.schedule = line.schedule
      let before =
        line.operation.usedCursor.map { map.cursorState($0) } ?? CursorState(range: .single(0), status: .start)
      if isCall { view.pointee.beginCall() }
      let first = view.pointee.loads.count
      map.witness(readHook, context: view)
      let outcome = map.call(line.operation, next: &next)
      map.witness(nil, context: nil)
      if isCall { schedules[place] = view.pointee.made }
      let times = view.pointee.times(log.ends)
      if line.operation.kind == .cursorSet { begin = nil }
      begin = begin ?? (isCall && line.operation.usedCursor != nil ? times.lowerBound : nil)
      trace?(place, Array(view.pointee.loads[first...]))
      let after = line.operation.usedCursor.map { map.cursorState($0) } ?? before
      if let broken = broken(
        line.operation, outcome, before, after, view,
        ReaderJudge(states: states, times: times, since: line.operation.usedCursor == nil ? nil : begin))
      {
        if !limits.passedBy.isEmpty,
          let fault = KnownReaderFault.of(
            broken, schedules.sorted { $0.key < $1.key }.map(\.value),
            view.pointee.signs(of: line.operation), log: log, hasNode: states.haveNodes),
          limits.passedBy.contains(fault)
        {
          report.known[fault, default: 0] += 1
          return
        }
        report.finding = ReaderReport.Finding(broken: broken, place: place, schedules: schedules)
        return
      }
    }
  }

  private mutating func broken(
    _ operation: Operation, _ outcome: CallOutcome, _ before: CursorState, _ after: CursorState,
    _ view: UnsafeMutablePointer<ReaderView>, _ judge: ReaderJudge
  ) -> BrokenReaderLaw? {
    let reported = map.hasNoticedViolation ? map.brokenLaws() : []
    if !reported.isEmpty { isBroken = true }
    if view.pointee.fault == .endless {
      return BrokenReaderLaw(law: .ends, text: "\(view.pointee.loadsInCall) loads, and it goes on")
    }
    if !reported.isEmpty {
      return BrokenReaderLaw(law: .silent, text: reported.joined(separator: "; "))
    }
    switch view.pointee.fault {
    case .freedNode(let node):
      return BrokenReaderLaw(law: .noFreedNode, text: "loads from the node at 0x\(String(node, radix: 16))")
    case .store: return BrokenReaderLaw(law: .storesNothing, text: "stores into the map")
    case .notPossible(let load):
      report.doubt = "load \(load) of \(operation) must see a store that the script hides"
      return nil
    case .endless, nil: break
    }
    return judge.judge(operation, outcome, before, after)
  }
}

private let readHook: AccessHook = { context, access, place, size, code in
  guard let context, let access = MemoryAccess(rawValue: access) else { return true }
  let view = context.assumingMemoryBound(to: ReaderView.self)
  view.pointee.note(access, place: UInt(bitPattern: place), size: Int(size), code: code)
  return view.pointee.fault != .endless
}
