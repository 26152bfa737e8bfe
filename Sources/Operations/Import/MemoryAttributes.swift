/// What two neighbouring areas must agree on to be one area.
public struct MemoryAttributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let readable = MemoryAttributes(rawValue: 1 << 0)
  public static let writable = MemoryAttributes(rawValue: 1 << 1)
  public static let executable = MemoryAttributes(rawValue: 1 << 2)
  public static let shared = MemoryAttributes(rawValue: 1 << 3)
  public static let noReserve = MemoryAttributes(rawValue: 1 << 4)
  public static let locked = MemoryAttributes(rawValue: 1 << 5)
  public static let growsDown = MemoryAttributes(rawValue: 1 << 6)
  public static let notInherited = MemoryAttributes(rawValue: 1 << 7)
  public static let wipedOnFork = MemoryAttributes(rawValue: 1 << 8)
  public static let notDumped = MemoryAttributes(rawValue: 1 << 9)
  public static let hugePages = MemoryAttributes(rawValue: 1 << 10)
  public static let noHugePages = MemoryAttributes(rawValue: 1 << 11)
  public static let mergeable = MemoryAttributes(rawValue: 1 << 12)
  public static let randomAccess = MemoryAttributes(rawValue: 1 << 13)
  public static let sequentialAccess = MemoryAttributes(rawValue: 1 << 14)

  public static let protection: MemoryAttributes = [.readable, .writable, .executable]

  /// The attributes that the `PROT_` names stand for; a name that is not known adds none.
  static func protection(named names: [String]) -> MemoryAttributes {
    var attributes: MemoryAttributes = []
    if names.contains("PROT_READ") { attributes.insert(.readable) }
    if names.contains("PROT_WRITE") { attributes.insert(.writable) }
    if names.contains("PROT_EXEC") { attributes.insert(.executable) }
    return attributes
  }

  /// The attributes that the `MAP_` names stand for; those that only choose the place add none.
  static func mapping(named names: [String]) -> MemoryAttributes {
    var attributes: MemoryAttributes = []
    if names.contains("MAP_SHARED") || names.contains("MAP_SHARED_VALIDATE") { attributes.insert(.shared) }
    if names.contains("MAP_NORESERVE") { attributes.insert(.noReserve) }
    if names.contains("MAP_LOCKED") { attributes.insert(.locked) }
    if names.contains("MAP_GROWSDOWN") { attributes.insert(.growsDown) }
    return attributes
  }
}

/// A change of attributes over a range: those to take away, then those to add. Kernel: `mprotect()` and `madvise()`.
public struct MemoryAttributeChange: Hashable, Sendable {
  public var removing: MemoryAttributes
  public var adding: MemoryAttributes

  init(removing: MemoryAttributes = [], adding: MemoryAttributes = []) {
    self.removing = removing
    self.adding = adding
  }

  func applied(to attributes: MemoryAttributes) -> MemoryAttributes {
    attributes.subtracting(removing).union(adding)
  }

  /// The change that an advice makes; nil for one that leaves the areas alone, such as `MADV_DONTNEED`.
  static func advice(named name: String) -> MemoryAttributeChange? {
    switch name {
    case "MADV_NORMAL": MemoryAttributeChange(removing: [.randomAccess, .sequentialAccess])
    case "MADV_RANDOM": MemoryAttributeChange(removing: .sequentialAccess, adding: .randomAccess)
    case "MADV_SEQUENTIAL": MemoryAttributeChange(removing: .randomAccess, adding: .sequentialAccess)
    case "MADV_DONTFORK": MemoryAttributeChange(adding: .notInherited)
    case "MADV_DOFORK": MemoryAttributeChange(removing: .notInherited)
    case "MADV_WIPEONFORK": MemoryAttributeChange(adding: .wipedOnFork)
    case "MADV_KEEPONFORK": MemoryAttributeChange(removing: .wipedOnFork)
    case "MADV_DONTDUMP": MemoryAttributeChange(adding: .notDumped)
    case "MADV_DODUMP": MemoryAttributeChange(removing: .notDumped)
    case "MADV_HUGEPAGE": MemoryAttributeChange(removing: .noHugePages, adding: .hugePages)
    case "MADV_NOHUGEPAGE": MemoryAttributeChange(removing: .hugePages, adding: .noHugePages)
    case "MADV_MERGEABLE": MemoryAttributeChange(adding: .mergeable)
    case "MADV_UNMERGEABLE": MemoryAttributeChange(removing: .mergeable)
    default: nil
    }
  }
}
