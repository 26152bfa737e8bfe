import Foundation
import Support

/// What an exploration is, as its folder says it: only the same goes on there, or joins its other parts.
struct ExploreSettings: Codable, Hashable {
  var subject: String
  /// The script that leads to the first state.
  var opening: String
  /// The indices that writes are about, and whether they may reach to the last of all.
  var first: UInt64
  var last: UInt64
  var isOpen: Bool
  /// How many parts there are.
  var shards: Int
  /// A digest of this program, and of the library.
  var code: String

  /// What differs, in words; nil if nothing does.
  func difference(from other: ExploreSettings) -> (expected: String, found: String)? {
    func side(_ settings: ExploreSettings) -> [String] {
      [
        settings.subject, "indices \(settings.first) to \(settings.last)\(settings.isOpen ? " and to the end" : "")",
        "\(settings.shards) shards", "the opening \(settings.opening.debugDescription)", "code \(settings.code)",
      ]
    }
    for (own, others) in zip(side(self), side(other)) where own != others { return (own, others) }
    return nil
  }
}

/// What a level of one part came to, when it was whole.
struct ExploreLevel: Codable, Hashable {
  var counts = ExploreCounts()
  /// The pieces that it was done in, each of which wrote down what it reached.
  var pieces = 0
  /// Seconds that it took.
  var seconds = 0.0
}

/// The folder of one part of an exploration: what was reached, and what was done, level by level.
struct ExploreFolder {
  /// The folder of all parts.
  var root: String
  var shard: Int
  var shards: Int

  var path: String { "\(root)/shard-\(shard + 1)-of-\(shards)" }
  private var settingsPath: String { "\(path)/settings.json" }
  /// That something was found here, so that nobody waits for the rest.
  var foundPath: String { "\(path)/found.maple" }

  /// The folder of another part.
  func of(_ shard: Int) -> ExploreFolder { ExploreFolder(root: root, shard: shard, shards: shards) }

  private func folder(_ level: Int) -> String { "\(path)/level-\(String(1000 + level).dropFirst())" }
  func states(_ level: Int) -> String { "\(folder(level))/states" }
  func done(_ level: Int) -> String { "\(folder(level))/done.json" }
  func counts(_ level: Int, piece: Int) -> String { "\(folder(level))/piece-\(piece).json" }
  /// What a piece reached that belongs to a part.
  func reached(_ level: Int, piece: Int, owner: Int) -> String { "\(folder(level))/piece-\(piece)-for-\(owner + 1)" }
  func joined(_ level: Int, _ number: Int) -> String { "\(folder(level))/joined-\(number)" }

  func makeFolder(_ level: Int) throws(CommandFailure) { try OutputFile.makeDirectory(folder(level)) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// Reads what was written whole; nil if it is not there.
  /// - Throws: if it is there and is something else.
  func read<Value: Decodable>(_ path: String) throws(CommandFailure) -> Value? {
    guard exists(path) else { return nil }
    let bytes = try InputFile.read(path, limit: 1 << 20, content: "what an exploration wrote")
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw CommandFailure(file: path, expected: "what an exploration wrote", found: "other JSON or none")
    }
  }

  func write(_ value: some Encodable, to path: String) throws(CommandFailure) {
    let text: String
    do { text = try json(value) } catch { throw CommandFailure("\(path): \(error)") }
    try OutputFile.write(Array(text.utf8), to: path)
  }

  func settings() throws(CommandFailure) -> ExploreSettings? { try read(settingsPath) }

  /// Begins an exploration, or finds that this one was begun before.
  /// - Returns: whether it was.
  /// - Throws: if it is another one.
  func begin(_ settings: ExploreSettings) throws(CommandFailure) -> Bool {
    if let found = try self.settings() {
      guard let difference = settings.difference(from: found) else { return true }
      throw CommandFailure(
        file: settingsPath, expected: "the same exploration, of \(difference.expected)",
        found: "one of \(difference.found); another --folder takes a new one")
    }
    try OutputFile.makeDirectory(path)
    try write(settings, to: settingsPath)
    return false
  }

  /// All parts that are in a folder, by their number from 0.
  static func parts(of root: String) -> [ExploreFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return names.compactMap { name in
      let words = name.split(separator: "-")
      guard words.count == 4, words[0] == "shard", words[2] == "of", let shard = Int(words[1]),
        let shards = Int(words[3]), (1...shards).contains(shard)
      else { return nil }
      return ExploreFolder(root: root, shard: shard - 1, shards: shards)
    }.sorted { ($0.shards, $0.shard) < ($1.shards, $1.shard) }
  }

  /// The levels that are done, from the first on.
  func levels() throws(CommandFailure) -> [ExploreLevel] {
    var levels: [ExploreLevel] = []
    while let level: ExploreLevel = try read(done(levels.count)) { levels.append(level) }
    return levels
  }

  /// A digest of this program, which is made once.
  private static let ownDigest = digest(of: "/proc/self/exe")

  /// A digest of this program and of a library, the same if they are.
  static func digest(with library: String?) -> String {
    ownDigest + (library.map { " and \(digest(of: $0))" } ?? "")
  }

  private static func digest(of path: String) -> String {
    guard let bytes = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else { return "unknown" }
    let key = bytes.withUnsafeBytes { StateKey($0.bindMemory(to: UInt64.self), and: UInt64(bytes.count)) }
    return String(key.high, radix: 16)
  }
}
