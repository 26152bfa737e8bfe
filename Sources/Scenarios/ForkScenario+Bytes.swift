import AddressSpaceModel
import RangeMapCore

extension ForkScenario {
  /// The scenario that a fuzzer's bytes stand for: any bytes are one, and one changed byte changes one line or two.
  ///
  /// The first byte says whether the tree is tiny. Lines of four bytes follow: what it does, where, how long, and how.
  /// - Parameter designs: The designs that forks choose from.
  public init(fuzzing bytes: UnsafeRawBufferPointer, designs: [ForkDesignName]) {
    precondition(!designs.isEmpty, "there is a design to choose")
    self.init(geometry: (bytes.first ?? 0) & 1 == 0 ? .tiny : .linux64)
    var place = 1
    while place + 4 <= bytes.count, operations.count < ForkLimits.fuzzedOperations {
      let line = FuzzedLine(kind: bytes[place], where: bytes[place + 1], size: bytes[place + 2], how: bytes[place + 3])
      if let operation = line.operation(designs) { operations.append(operation) }
      place += 4
    }
  }
}

extension ForkLimits {
  /// Lines of a fuzzer's input.
  public static let fuzzedOperations = 64
}

/// Four bytes of a fuzzer's input.
private struct FuzzedLine {
  let kind: UInt8
  /// The high two bits choose a distance, the low six how often it is taken.
  let `where`: UInt8
  let size: UInt8
  let how: UInt8

  /// A page, a table of the lowest level, of the next, of the one above.
  private var start: UInt64 {
    let spans: [UInt64] = [1 << 12, 1 << 20, 1 << 29, 1 << 38]
    return UInt64(`where` & 63) * spans[Int(`where` >> 6)]
  }

  private var range: KeyRange? {
    let pages = UInt64(size & 15) << UInt64(size >> 4 & 7)
    return KeyRange(start: start, end: start + (pages + 1) << AddressLayout.pageShift)
  }

  func operation(_ designs: [ForkDesignName]) -> ForkOperation? {
    switch kind % 8 {
    case 0, 1, 2:
      let flags: [VmaFlags] = [.writable, .shared, .dontCopy, .wipeOnFork, .locked, .special, .userfault, .growsDown]
      var request = range.map { MappingRequest($0, .readable) }
      for (bit, flag) in flags.enumerated() where how >> UInt8(bit) & 1 == 1 { request?.flags.insert(flag) }
      if kind >> 3 & 3 == 1 { request?.file = Int(kind >> 6) }
      return request.map { .map($0, hasPolicy: kind >> 5 & 1 == 1) }
    case 3: return range.map { .touch($0, order: Int(how & 3)) }
    case 4: return how & 1 == 0 ? .pin(start) : range.map { .unmap($0) }
    default: return .fork(trial(designs))
    }
  }

  /// Here the second byte is the kind of step, the third its number, and the fourth the design and the observer.
  private func trial(_ designs: [ForkDesignName]) -> ForkTrial {
    var trial = ForkTrial(design: designs[Int(how & 15) % designs.count])
    trial.batch = kind >> 3 & 1 == 0 ? 1 : 16
    let forever = kind >> 4 & 1 == 1
    // Most failures come early, where there is a step that can fail.
    let index = UInt64(size < 192 ? size % 12 : size) + 1
    let kinds = FailureKind.allCases
    switch Int(`where`) % (kinds.count + 3) {
    case let place where place < kinds.count: trial.failure = .step(index, kind: kinds[place], forever: forever)
    case kinds.count: trial.failure = .nodeRequest(index, forever: forever)
    case kinds.count + 1: trial.failure = .step(index, kind: nil, forever: forever)
    default: trial.failure = .none
    }
    let observers = ForkObserver.allCases
    if Int(how >> 4) < observers.count { trial.observation = ForkObservation(observers[Int(how >> 4)]) }
    return trial
  }
}
