/// Numbers of words by their address: open addressing, made once and then only read.
struct WordTable: ~Copyable {
  private let keys: UnsafeMutablePointer<UInt>
  private let values: UnsafeMutablePointer<Int32>
  private let mask: UInt

  /// - Parameter words: addresses other than 0, each once.
  init(_ words: [UInt]) {
    var capacity = 16
    while capacity < words.count * 3 { capacity *= 2 }
    mask = UInt(capacity - 1)
    keys = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    values = .allocate(capacity: capacity)
    values.initialize(repeating: -1, count: capacity)
    for (number, word) in words.enumerated() {
      var place = WordTable.hash(word) & mask
      while keys[Int(place)] != 0 { place = (place + 1) & mask }
      keys[Int(place)] = word
      values[Int(place)] = Int32(number)
    }
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  private static func hash(_ word: UInt) -> UInt { (word &* 0x9e37_79b9_7f4a_7c15) >> 20 }

  /// The number of a word; below 0 if it has none.
  func number(_ word: UInt) -> Int {
    var place = WordTable.hash(word) & mask
    while true {
      let key = keys[Int(place)]
      if key == word { return Int(values[Int(place)]) }
      if key == 0 { return -1 }
      place = (place + 1) & mask
    }
  }
}

/// What a reader knows of the nodes that it came to, by their address. Emptied at no cost.
struct NodeTable: ~Copyable {
  struct Row {
    var node: UInt
    var run: UInt32
    /// The step up to which loads from the node see everything, by the pointer that led to it.
    var ordered: Int32
    /// The step at which that pointer was there.
    var found: Int32
  }

  private var rows: UnsafeMutablePointer<Row>
  private var mask: UInt
  private var run: UInt32 = 0
  private var count = 0

  init() {
    mask = 255
    rows = .allocate(capacity: 256)
    rows.initialize(repeating: Row(node: 0, run: 0, ordered: 0, found: 0), count: 256)
  }

  deinit { rows.deallocate() }

  mutating func removeAll() {
    run &+= 1
    count = 0
  }

  subscript(node: UInt) -> (ordered: Int, found: Int) {
    mutating get {
      let place = self.place(of: node)
      if rows[place].node != node || rows[place].run != run { return (0, 0) }
      return (Int(rows[place].ordered), Int(rows[place].found))
    }
    set {
      let place = self.place(of: node)
      if rows[place].run != run {
        count += 1
        // Half of the rows stay free, so that a search ends.
        if count * 2 > Int(mask) {
          grow()
          self[node] = newValue
          return
        }
      }
      rows[place] = Row(node: node, run: run, ordered: Int32(newValue.ordered), found: Int32(newValue.found))
    }
  }

  private func place(of node: UInt) -> Int {
    var place = ((node >> 5) &* 0x9e37_79b9_7f4a_7c15) >> 20 & mask
    while rows[Int(place)].run == run && rows[Int(place)].node != node { place = (place + 1) & mask }
    return Int(place)
  }

  private mutating func grow() {
    let former = (rows, Int(mask) + 1)
    mask = mask * 2 + 1
    rows = .allocate(capacity: Int(mask) + 1)
    rows.initialize(repeating: Row(node: 0, run: run &- 1, ordered: 0, found: 0), count: Int(mask) + 1)
    for place in 0..<former.1 where former.0[place].run == run {
      let row = former.0[place]
      rows[self.place(of: row.node)] = row
    }
    former.0.deallocate()
  }
}
