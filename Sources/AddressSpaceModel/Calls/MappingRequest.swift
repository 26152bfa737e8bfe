import RangeMapCore

/// What a new mapping is to be.
public struct MappingRequest: Hashable, Sendable {
  public var range: KeyRange
  public var flags: VmaFlags
  /// The file, by its number; nil for anonymous memory.
  public var file: Int?
  /// The page of the file that comes first; what is said of memory without a file is not used.
  public var filePage: UInt64
  /// The userfaultfd that watches it already, by its number.
  var watcher: Int?

  public init(_ range: KeyRange, _ flags: VmaFlags, file: Int? = nil, filePage: UInt64 = 0) {
    self.range = range
    self.flags = flags
    self.file = file
    self.filePage = filePage
  }

  var pageCount: UInt64 { (range.countLessOne >> AddressLayout.pageShift) + 1 }
}

extension Vma {
  /// What the vma is, and what a part of it would be with other flags.
  func request(for part: KeyRange, flags: VmaFlags) -> MappingRequest {
    var request = MappingRequest(part, flags, file: file, filePage: filePage(at: part.first))
    request.watcher = watcher
    return request
  }

  /// Whether the mapping goes on where this vma ends, so that both can be one vma. Kernel: `can_vma_merge_after()`.
  func isContinued(by next: MappingRequest) -> Bool {
    end == next.range.first && canBeOne(with: next) && filePage &+ pageCount == next.filePage
  }

  /// Whether this vma goes on where the mapping ends. Kernel: `can_vma_merge_before()`.
  func continues(_ previous: MappingRequest) -> Bool {
    previous.range.end == range.first && canBeOne(with: previous)
      && previous.filePage &+ previous.pageCount == filePage
  }

  /// Whether pages of an anon_vma can become this vma's, or nil for pages to come. A vma that can be found through more
  /// than one anon_vma, as after a fork, takes none but its own's. Kernel: `is_mergeable_anon_vma()`, of 6.12.
  func acceptsPages(of other: Int?) -> Bool {
    anonVma == other || ((anonVma == nil || other == nil) && anonChain.count == 1)
  }

  private func canBeOne(with other: MappingRequest) -> Bool {
    flags == other.flags && file == other.file && policy == nil && watcher == other.watcher
      && flags.isDisjoint(with: [.special, .hugePage])
  }
}
