/// An entry of a lowest table, in one word.
public struct PageTableEntry: Hashable, Sendable {
  /// What an entry leads to.
  public enum Kind: UInt64, Sendable {
    /// Nothing is there.
    case none = 0
    /// A page of a folio.
    case page = 1
    /// A swap slot.
    case swap = 2
    /// A frame that no folio stands for, such as a device's memory. Kernel: `vm_normal_page()` gives none.
    case special = 3
  }

  /// The marks of an entry.
  public struct Marks: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let writable = Marks(rawValue: 1 << 2)
    public static let dirty = Marks(rawValue: 1 << 3)
    public static let accessed = Marks(rawValue: 1 << 4)
    /// Write-protected for userfaultfd. Kernel: `pte_uffd_wp()`.
    public static let userfaultProtected = Marks(rawValue: 1 << 5)
    /// Part of a contiguous block. Kernel: `PTE_CONT` of arm64.
    public static let contiguous = Marks(rawValue: 1 << 6)
    public static let softDirty = Marks(rawValue: 1 << 7)
    /// Of a swap entry: its page was exclusive. Kernel: `pte_swp_exclusive()`.
    public static let swapExclusive = Marks(rawValue: 1 << 8)

    static let all = Marks(rawValue: 0x1fc)
  }

  /// The step that made an entry: under its name the ledger counts the entry's reference.
  enum Origin: UInt64, CaseIterable {
    case populate = 0
    case share = 1
    case earlyCopy = 2

    var place: StaticString {
      switch self {
      case .populate: "populate"
      case .share: "share at fork"
      case .earlyCopy: "early copy at fork"
      }
    }
  }

  /// Bits 0 and 1 the kind, 2 to 8 the marks, 9 and 10 the origin, 12 and up the frame or slot.
  var word: UInt64

  init(word: UInt64) { self.word = word }

  private init(_ kind: Kind, value: UInt64, marks: Marks) {
    word = kind.rawValue | marks.rawValue | value << 12
  }

  /// An entry that leads nowhere.
  public static let none = PageTableEntry(word: 0)

  /// An entry of a folio's page.
  public static func page(_ frame: FrameNumber, marks: Marks = []) -> PageTableEntry {
    PageTableEntry(.page, value: frame.number, marks: marks)
  }

  /// An entry of a swap slot.
  public static func swap(_ slot: UInt64, marks: Marks = []) -> PageTableEntry {
    PageTableEntry(.swap, value: slot, marks: marks)
  }

  /// An entry of a frame without a folio.
  public static func special(_ frame: FrameNumber, marks: Marks = []) -> PageTableEntry {
    PageTableEntry(.special, value: frame.number, marks: marks)
  }

  public var kind: Kind { Kind(rawValue: word & 3) ?? .none }
  public var isNone: Bool { word == 0 }
  /// The frame of a page or of a special entry.
  public var frame: FrameNumber { FrameNumber(word >> 12) }
  /// The slot of a swap entry.
  public var swapSlot: UInt64 { word >> 12 }

  public var marks: Marks {
    get { Marks(rawValue: word & Marks.all.rawValue) }
    set { word = (word & ~Marks.all.rawValue) | newValue.rawValue }
  }

  public var isWritable: Bool { word & Marks.writable.rawValue != 0 }
  public var isContiguous: Bool { word & Marks.contiguous.rawValue != 0 }

  var origin: Origin {
    get { Origin(rawValue: (word >> 9) & 3) ?? .populate }
    set { word = (word & ~(3 << 9)) | newValue.rawValue << 9 }
  }

  func removing(_ marks: Marks) -> PageTableEntry { PageTableEntry(word: word & ~marks.rawValue) }
  func adding(_ marks: Marks) -> PageTableEntry { PageTableEntry(word: word | marks.rawValue) }

  /// The entry of the page that many further on.
  func advanced(by count: Int) -> PageTableEntry { PageTableEntry(word: word &+ UInt64(count) << 12) }
}

extension PageTableEntry: CustomStringConvertible {
  public var description: String {
    let name =
      switch kind {
      case .none: "none"
      case .page: "page \(frame.number)"
      case .swap: "swap \(swapSlot)"
      case .special: "special \(frame.number)"
      }
    let words: [(Marks, String)] = [
      (.writable, "writable"), (.dirty, "dirty"), (.accessed, "accessed"), (.contiguous, "contiguous"),
      (.userfaultProtected, "userfault protected"), (.softDirty, "soft-dirty"), (.swapExclusive, "exclusive"),
    ]
    return ([name] + words.filter { marks.contains($0.0) }.map { $0.1 }).joined(separator: ", ")
  }
}
