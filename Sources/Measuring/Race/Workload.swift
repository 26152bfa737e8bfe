import RangeMapCore

/// What all rows store and ask for. Every range is six indices wide with a hole of four behind it, as areas of an
/// address space are; where the order is random it is one fixed order.
package struct Workload: Sendable {
  package let count: Int
  /// The numbers from 0 to `count - 1`, shuffled.
  package let order: [UInt64]

  package init(count: Int) {
    self.count = count
    var generator = SeededGenerator(seed: 1)
    order = Array(0..<UInt64(count)).shuffled(using: &generator)
  }

  package func range(_ number: UInt64) -> KeyRange { KeyRange(number * 10, number * 10 + 5) }

  package func entry(_ number: UInt64) -> Entry { .value(number) }

  /// An index in the middle of a range.
  package func index(in number: UInt64) -> UInt64 { number * 10 + 3 }

  /// What a gap search looks through: all from the beginning of a range on.
  package func window(from number: UInt64) -> KeyRange { KeyRange(number * 10, UInt64(count) * 10) }

  /// The size of the hole behind each range.
  package var gapSize: UInt64 { 4 }
}
