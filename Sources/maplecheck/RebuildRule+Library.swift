import MapleTreeModule

extension RebuildRule {
  /// The algorithm of the kernel that a library is made of, by what it says of itself: "Linux 7.3.4, lib/maple_tree.c". A library
  /// that names no kernel is compared with the default.
  init(ofLibrary name: String) {
    let words = name.split(separator: " ")
    guard words.count > 1, words[0] == "Linux" else {
      self = .toTheRoot
      return
    }
    let numbers = words[1].split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    let version = (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
    self = version >= (7, 1) ? .copiedByLevel : version >= (6, 16) ? .untilTheWaysMeet : .toTheRoot
  }
}
