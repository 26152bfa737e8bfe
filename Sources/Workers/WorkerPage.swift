import Glibc
import Synchronization

/// A page of memory that a worker and its parent share: where the work is, and whether it should stop.
///
/// The worker writes without a call, so that keeping it up to date costs a store.
package struct WorkerPage: @unchecked Sendable {
  /// What a word of the page says.
  package enum Word: Int, CaseIterable, Sendable {
    /// The parent wants the work to stop; not 0.
    case stop
    /// The worker came to the end of its work; not 0.
    case isDone
    /// Which part of its piece the worker is at.
    case part
    /// How much of its piece the worker has done, for the progress that is shown.
    case amount
    /// Where in the part it is. Whoever makes calls writes these three one after the other, from `position` on.
    case pass, operation, calls
    /// The signal that ends the worker, and whether its stack had come to its end.
    case signal, stackIsUsedUp
  }

  private static let size = 4096
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  /// A page of zeros.
  package init() {
    let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else { fatalError("no memory for a page that processes share") }
    words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Word.allCases.count)
  }

  /// Gives the page back; nobody may use it any more.
  func free() { munmap(words, Self.size) }

  package subscript(word: Word) -> UInt64 {
    get { words[word.rawValue].load(ordering: .relaxed) }
    nonmutating set { words[word.rawValue].store(newValue, ordering: .relaxed) }
  }

  /// Where the words `pass`, `operation` and `calls` are.
  package var position: UnsafeMutablePointer<Atomic<UInt64>> { words + Word.pass.rawValue }

  func address(of word: Word) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutableRawPointer(words + word.rawValue).assumingMemoryBound(to: UInt64.self)
  }

  /// A number that changes with every call, operation and part.
  var movement: UInt64 {
    var sum: UInt64 = 0
    for word in [Word.part, .amount, .pass, .operation, .calls] { sum = sum &* 0x9e37_79b9_7f4a_7c15 &+ self[word] }
    return sum
  }

  /// Sets all words to 0.
  func clear() { for word in Word.allCases { self[word] = 0 } }
}
