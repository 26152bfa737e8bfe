import Glibc
import Support

/// States as files have them: records of one length, ordered. A record is the key, highest byte first, and the numbers
/// of the steps that lead to the state, two bytes each. The order of bytes is that of keys, and then of steps.
enum StateRecord {
  static let keyBytes = 16

  /// - Parameter level: how many steps lead to the state.
  static func bytes(level: Int) -> Int { keyBytes + 2 * level }

  static func key(_ record: UnsafeRawBufferPointer) -> StateKey {
    StateKey(
      high: UInt64(bigEndian: record.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: record.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  static func path(_ record: UnsafeRawBufferPointer) -> [UInt16] {
    stride(from: keyBytes, to: record.count, by: 2).map {
      UInt16(bigEndian: record.loadUnaligned(fromByteOffset: $0, as: UInt16.self))
    }
  }

  static func append(_ key: StateKey, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: key.high.bigEndian) { bytes += $0 }
    withUnsafeBytes(of: key.low.bigEndian) { bytes += $0 }
  }

  static func append(_ step: UInt16, to bytes: inout [UInt8]) {
    bytes += [UInt8(step >> 8), UInt8(step & 0xff)]
  }
}

/// Reads the records of a file one after the other, with a small part of it in memory.
final class StateReader {
  private let path: String
  private let descriptor: Int32
  private let recordBytes: Int
  private var buffer: UnsafeMutableRawBufferPointer
  private var place = 0
  private var end = 0

  /// - Throws: if the file cannot be opened, or is no row of records of that length.
  init(_ path: String, level: Int) throws(CommandFailure) {
    (self.path, recordBytes) = (path, StateRecord.bytes(level: level))
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    buffer = .allocate(byteCount: recordBytes * 1024, alignment: 8)
    guard descriptor >= 0 else {
      throw CommandFailure(file: path, expected: "states", found: String(cString: strerror(errno)).lowercased())
    }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, 0, SEEK_SET)
    guard size >= 0, Int(size) % recordBytes == 0 else {
      throw CommandFailure(file: path, expected: "records of \(recordBytes) bytes", found: "\(size) bytes")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  /// Goes to a record by its number, from 0.
  func seek(to record: Int) {
    lseek(descriptor, off_t(record * recordBytes), SEEK_SET)
    (place, end) = (0, 0)
  }

  /// The record at hand, until the next `advance()`; nil at the end.
  /// - Throws: if the file cannot be read.
  func current() throws(CommandFailure) -> UnsafeRawBufferPointer? {
    if place == end {
      (place, end) = (0, 0)
      while end < buffer.count {
        let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + end }, buffer.count - end)
        if count < 0 && errno == EINTR { continue }
        if count < 0 {
          throw CommandFailure(file: path, expected: "states", found: String(cString: strerror(errno)).lowercased())
        }
        if count == 0 { break }
        end += count
      }
      if end < recordBytes { return nil }
    }
    return UnsafeRawBufferPointer(rebasing: buffer[place..<place + recordBytes])
  }

  func advance() { place += recordBytes }
}

/// Joins files of ordered records into one order.
struct StateMerge {
  private var readers: [StateReader] = []
  /// The readers that have a record, as a heap with the least record first.
  private var heap: [Int] = []
  private let recordBytes: Int

  /// - Throws: if a file cannot be read.
  init(_ paths: [String], level: Int) throws(CommandFailure) {
    recordBytes = StateRecord.bytes(level: level)
    for path in paths {
      let reader = try StateReader(path, level: level)
      guard try reader.current() != nil else { continue }
      readers.append(reader)
      heap.append(readers.count - 1)
      try rise(heap.count - 1)
    }
  }

  /// The least record that is left; nil if there is none.
  func least() throws(CommandFailure) -> UnsafeRawBufferPointer? {
    guard let first = heap.first else { return nil }
    return try readers[first].current()
  }

  mutating func advance() throws(CommandFailure) {
    guard let first = heap.first else { return }
    readers[first].advance()
    if try readers[first].current() == nil {
      heap[0] = heap[heap.count - 1]
      heap.removeLast()
    }
    try sink()
  }

  private func precedes(_ one: Int, _ other: Int) throws(CommandFailure) -> Bool {
    guard let first = try readers[one].current()?.baseAddress, let second = try readers[other].current()?.baseAddress
    else { return false }
    return memcmp(first, second, recordBytes) < 0
  }

  private mutating func rise(_ start: Int) throws(CommandFailure) {
    var place = start
    while place > 0, try precedes(heap[place], heap[(place - 1) / 2]) {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() throws(CommandFailure) {
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, try precedes(heap[child + 1], heap[child]) { child += 1 }
      guard try precedes(heap[child], heap[place]) else { return }
      heap.swapAt(place, child)
      place = child
    }
  }
}

/// Writes records to a file that has its name when it is whole.
struct StateWriter: ~Copyable {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  private(set) var count = 0

  /// - Throws: if the file cannot be made.
  init(_ path: String) throws(CommandFailure) {
    (self.path, temporary) = (path, "\(path).part")
    // What is left of a run that was killed is written over.
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(file: path, expected: "room to write", found: String(cString: strerror(errno)).lowercased())
  }

  mutating func append(_ record: some Collection<UInt8>) throws(CommandFailure) {
    bytes += record
    count += 1
    if bytes.count >= 1 << 18 { try flush() }
  }

  private mutating func flush() throws(CommandFailure) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { throw Self.failure(path) }
      written += count
    }
    bytes.removeAll(keepingCapacity: true)
  }

  /// Gives the file its name.
  mutating func finish() throws(CommandFailure) {
    try flush()
    if fsync(descriptor) != 0 || rename(temporary, path) != 0 { throw Self.failure(path) }
  }

  deinit { close(descriptor) }
}
