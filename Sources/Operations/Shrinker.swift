import RangeMapCore

/// Makes a script that fails as small and as plain as it can.
public enum Shrinker {
  /// Returns a script that still fails, and from which no operation can be taken and no value made simpler without losing
  /// that, as far as `attempts` calls of `fails` reach. A script that does not fail comes back as it is.
  ///
  /// Operations are taken out by delta debugging: runs of half the script first, then ever shorter ones, single ones last, then
  /// pairs. Then indices move together, and each operation gets shorter ranges, smaller numbers, plainer entries and policies; all
  /// of it again until nothing changes. The same script and the same answers give the same result.
  public static func shrink(_ script: Script, attempts: Int = 20_000, fails: (Script) -> Bool) -> Script {
    withoutActuallyEscaping(fails) { fails in
      var search = ShrinkSearch(script, attempts: attempts, fails: fails)
      guard search.confirms() else { return script }
      var before: Script
      repeat {
        before = search.script
        search.removeOperations()
        search.simplifyConfiguration()
        search.compressIndices()
        search.unifyEntries()
        search.simplifyValues()
      } while search.script != before && search.attemptsLeft > 0
      return search.script
    }
  }
}

/// The smallest script so far, and how often the question may still be asked.
struct ShrinkSearch {
  private(set) var script: Script
  private(set) var attemptsLeft: Int
  private let fails: (Script) -> Bool

  init(_ script: Script, attempts: Int, fails: @escaping (Script) -> Bool) {
    self.script = script
    self.attemptsLeft = attempts
    self.fails = fails
  }

  /// Whether the script fails at all.
  mutating func confirms() -> Bool {
    if attemptsLeft <= 0 { return false }
    attemptsLeft -= 1
    return fails(script)
  }

  /// Takes the candidate over if it fails too.
  @discardableResult
  mutating func accept(_ candidate: Script) -> Bool {
    if attemptsLeft <= 0 || candidate == script { return false }
    attemptsLeft -= 1
    if !fails(candidate) { return false }
    script = candidate
    return true
  }

  // MARK: Operations

  /// Takes runs out, from the end of the script, where what does not matter any more usually is.
  mutating func removeOperations() {
    var length = max(1, script.operations.count / 2)
    while attemptsLeft > 0, !script.operations.isEmpty {
      var isSmaller = false
      var end = script.operations.count
      while end > 0, attemptsLeft > 0 {
        let start = max(0, end - length)
        if accept(script.without(start..<end)) { isSmaller = true }
        end = min(start, script.operations.count)
      }
      if length == 1 && !isSmaller { break }
      if !isSmaller || length > script.operations.count { length = max(1, min(length / 2, script.operations.count)) }
    }
    removePairs()
  }

  /// Takes out two operations that need each other, such as a reader's coming and going, where few are left.
  private mutating func removePairs() {
    var first = 0
    while first < script.operations.count, script.operations.count <= 40, attemptsLeft > 0 {
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
  }

  /// Moves all indices down together: what lies between the ends of the script's ranges becomes a few indices wide, so that the order
  /// and the neighbourhood of ranges stay as they are.
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
    while place >= 0, attemptsLeft > 0 {
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
