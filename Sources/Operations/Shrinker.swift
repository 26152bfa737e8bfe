import RangeMapCore

/// Makes a script that fails as small and as plain as it can.
public enum Shrinker {
  /// Returns a script that still fails, and from which no operation can be taken and no value made simpler without
  /// losing that, as far as the limits reach. A script that does not fail comes back as it is.
  ///
  /// Large steps come first. What follows the failure is cut off. All operations of a kind go at once. What the map
  /// holds takes the place of how it came to hold it. Only then operations are taken out by delta debugging: runs of
  /// half the script first, then ever shorter ones, single ones last, then pairs. Then runs of stores become fills,
  /// indices move together, and each operation gets shorter ranges, smaller numbers, plainer entries and policies; all
  /// of it again until nothing changes. The same script and the same answers give the same result.
  /// - Parameters:
  ///   - content: what a map holds after a script; `nil` where nobody can tell.
  ///   - failure: the place of the operation at which a script fails, `operations.count` for its end; `nil` where it
  ///     does not fail.
  public static func shrink(
    _ script: Script, limits: ShrinkLimits, content: ((Script) -> [MapItem])? = nil, failure: (Script) -> Int?
  ) -> ShrinkResult {
    withoutActuallyEscaping(failure) { failure in
      var search = ShrinkSearch(script, limits: limits, content: content, failure: failure)
      guard search.confirms() else { return search.result(script) }
      search.removeKinds()
      search.makeAttemptsOnce()
      search.removeOperations(downTo: search.script.operations.count / 16)
      search.rebuild()
      var before: Script
      repeat {
        before = search.script
        search.removeOperations(downTo: 1)
        search.removePairs()
        search.foldStores()
        search.simplifyConfiguration()
        search.compressIndices()
        search.unifyEntries()
        search.simplifyValues()
      } while search.script != before && search.mayGoOn
      return search.result(search.script)
    }
  }

  /// As above, where all that is known of a script is whether it fails.
  public static func shrink(_ script: Script, attempts: Int = 20_000, fails: (Script) -> Bool) -> Script {
    shrink(script, limits: ShrinkLimits(calls: .max, attempts: attempts)) {
      fails($0) ? $0.operations.count : nil
    }.script
  }
}

/// A range and what a map holds there.
public struct MapItem: Hashable, Sendable {
  public var range: KeyRange
  public var entry: Entry

  public init(range: KeyRange, entry: Entry) {
    self.range = range
    self.entry = entry
  }
}

/// The smallest script so far, and how often the question may still be asked.
struct ShrinkSearch {
  /// What a trial costs beside its calls: a subject and an oracle are made, and emptied in the end.
  private static let callsOfTrial: UInt64 = 32

  private(set) var script: Script
  private(set) var callsLeft: UInt64
  private var attempts = 0
  private var wasAskedToStop = false
  private let limits: ShrinkLimits
  let content: ((Script) -> [MapItem])?
  private let failure: (Script) -> Int?

  init(
    _ script: Script, limits: ShrinkLimits, content: ((Script) -> [MapItem])?, failure: @escaping (Script) -> Int?
  ) {
    self.script = script
    self.limits = limits
    callsLeft = limits.calls
    self.content = content
    self.failure = failure
  }

  /// Whether there may be another trial.
  var mayGoOn: Bool { callsLeft > 0 && attempts < limits.attempts && !wasAskedToStop }

  /// What is told of the search.
  func result(_ script: Script) -> ShrinkResult {
    ShrinkResult(
      script: script, attempts: attempts, calls: limits.calls - callsLeft,
      stop: wasAskedToStop ? .asked : mayGoOn ? nil : .limit)
  }

  /// Whether the script fails at all.
  mutating func confirms() -> Bool { makeTrial(script) }

  /// Takes the candidate over if it fails too.
  /// - Parameter cuts: whether what follows the failure is cut off; a pass that counts places does not want it.
  @discardableResult
  mutating func accept(_ candidate: Script, cuts: Bool = true) -> Bool {
    candidate != script && makeTrial(candidate, cuts: cuts)
  }

  /// Makes a trial; what fails is the script from then on.
  private mutating func makeTrial(_ candidate: Script, cuts: Bool = true) -> Bool {
    if !wasAskedToStop && limits.shouldStop() { wasAskedToStop = true }
    guard mayGoOn else { return false }
    attempts += 1
    let cost = Self.callsOfTrial + candidate.callCount
    callsLeft -= min(callsLeft, cost)
    defer { limits.progress(attempts, script.operations.count) }
    guard let place = failure(candidate) else { return false }
    script = candidate
    if cuts && place + 1 < script.operations.count { script.operations.removeSubrange((place + 1)...) }
    return true
  }

  // MARK: Operations

  /// Takes runs out, from the end of the script, where what does not matter any more usually is.
  /// - Parameter shortest: the length of the shortest runs.
  mutating func removeOperations(downTo shortest: Int) {
    var length = max(1, script.operations.count / 2)
    while mayGoOn, !script.operations.isEmpty, length >= shortest {
      var isSmaller = false
      var end = script.operations.count
      while end > 0, mayGoOn {
        let start = max(0, end - length)
        if accept(script.without(start..<end)) { isSmaller = true }
        end = min(start, script.operations.count)
      }
      if length == 1 && !isSmaller { break }
      if !isSmaller || length > script.operations.count { length = max(1, min(length / 2, script.operations.count)) }
    }
  }

  /// Takes out two operations that need each other, such as a reader's coming and going, where few are left.
  mutating func removePairs() {
    var first = 0
    while first < script.operations.count, script.operations.count <= 40, mayGoOn {
      var isSmaller = false
      for second in (first + 1)..<max(first + 1, script.operations.count) where !isSmaller {
        isSmaller = accept(script.without { $0 == first || $0 == second })
      }
      first = isSmaller ? 0 : first + 1
    }
  }

  // MARK: The whole script

  mutating func simplifyConfiguration() {
    for flag in ScriptText.flags where script.configuration[keyPath: flag.set] {
      var candidate = script
      candidate.configuration[keyPath: flag.set] = false
      accept(candidate)
    }
    // Reader mode from the start says the same in a word less.
    let isOn: (Operation) -> Bool = { $0 == .setReadCopyUpdate(true) }
    if !script.configuration.usesReadCopyUpdate, script.operations.contains(where: isOn) {
      let operations = script.operations
      var candidate = script.without { isOn(operations[$0]) }
      candidate.configuration.usesReadCopyUpdate = true
      accept(candidate)
    }
  }

  /// Moves all indices down together: what lies between the ends of the script's ranges becomes a few indices wide, so
  /// that the order and the neighbourhood of ranges stay as they are.
  mutating func compressIndices() {
    var points: Set<UInt64> = []
    for operation in script.operations {
      let fields = OperationFields(operation)
      points.formUnion(fields.indices.filter { $0 != .max })
      if fields.kind.fields.contains(.range), fields.range.last != .max { points.insert(fields.range.last + 1) }
    }
    let ascending = points.sorted()
    guard let lowest = ascending.first else { return }
    let scales: [(base: UInt64, greatest: UInt64)] = [
      (0, 1), (1, 1), (0, 2), (2, 2), (4, 4), (16, 16), (256, 256), (4096, 4096),
    ]
    for (base, greatest) in scales {
      var images: [UInt64: UInt64] = [:]
      var image = min(lowest, base)
      var previous = lowest
      for point in ascending {
        image += min(point - previous, greatest)
        images[point] = image
        previous = point
      }
      var candidate = script
      candidate.operations = script.operations.map { operation in
        var fields = OperationFields(operation)
        fields.mapIndices { $0 == .max ? .max : images[$0] ?? $0 }
        return fields.operation
      }
      if accept(candidate) { return }
    }
  }

  /// Renames the entries to `a`, `b`, `c` in the order in which they come.
  mutating func unifyEntries() {
    var names: [Entry: Entry] = [:]
    var candidate = script
    candidate.operations = script.operations.map { operation in
      var fields = OperationFields(operation)
      guard let entry = fields.entry else { return operation }
      fields.entry = names[entry] ?? Entry(nonNullWord: UInt64(names.count + 1) << 12)
      names[entry] = fields.entry
      return fields.operation
    }
    if names.count <= 26 { accept(candidate) }
  }

  /// Makes each operation as plain as it can be.
  mutating func simplifyValues() {
    var place = script.operations.count - 1
    while place >= 0, mayGoOn {
      simplifyOperation(at: place)
      place -= 1
    }
  }
}

extension OperationFields {
  /// All values that are indices.
  var indices: [UInt64] {
    var indices: [UInt64] = []
    if kind.fields.contains(.index) { indices.append(range.first) }
    if kind.fields.contains(.range) { indices += [range.first, range.last] }
    if kind.fields.contains(.limit) { indices.append(number) }
    return indices
  }

  /// Replaces all values that are indices.
  mutating func mapIndices(_ image: (UInt64) -> UInt64) {
    if !kind.fields.isDisjoint(with: [.index, .range]) { range.first = image(range.first) }
    if kind.fields.contains(.range) { range.last = image(range.last) }
    if kind.fields.contains(.limit) { number = image(number) }
  }
}
