import Operations
import RangeMapCore
import Testing

/// A process page by page: the dull model that imports are compared with.
///
/// Every page has its protection, and where its memory comes from: the number of the `mmap` call for a file, and the
/// page of the file; 0 for anonymous memory.
private struct PageModel {
  struct Page: Hashable {
    var protection: String
    var source: Int
    var filePage: UInt64
  }

  static let pageCount: UInt64 = 64
  static let protections = ["PROT_NONE", "PROT_READ", "PROT_READ|PROT_WRITE"]

  var pages: [UInt64: Page] = [:]
  var generator: SeededGenerator
  var log = ""
  var calls = 0

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  private mutating func pick(_ bound: UInt64) -> UInt64 { generator.below(bound) }
  private func address(_ page: UInt64) -> String { "0x" + String(page << 12, radix: 16) }

  /// Makes one call, in the log and here.
  mutating func step() {
    calls += 1
    let first = pick(Self.pageCount)
    let count = pick(min(8, Self.pageCount - first)) + 1
    let range = first..<first + count
    let protection = Self.protections[Int(pick(3))]
    switch pick(8) {
    case 0, 1, 2:
      log += "1 mmap(\(address(first)), \(count << 12), \(protection), MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)"
      log += " = \(address(first))\n"
      for page in range { pages[page] = Page(protection: protection, source: 0, filePage: 0) }
    case 3:
      log += "1 mmap(\(address(first)), \(count << 12), \(protection), MAP_SHARED|MAP_FIXED, 3, 0x5000)"
      log += " = \(address(first))\n"
      for page in range { pages[page] = Page(protection: protection, source: calls, filePage: 5 + page - first) }
    case 4:
      log += "1 munmap(\(address(first)), \(count << 12)) = 0\n"
      for page in range { pages[page] = nil }
    case 5, 6:
      log += "1 mprotect(\(address(first)), \(count << 12), \(protection)) = 0\n"
      for page in range { pages[page]?.protection = protection }
    default: move(first, count, to: Self.pageCount + pick(Self.pageCount - 8), newCount: pick(8) + 1)
    }
  }

  /// Moves pages of one area, as the kernel demands, to a place above all others that calls choose.
  private mutating func move(_ first: UInt64, _ count: UInt64, to new: UInt64, newCount: UInt64) {
    guard let page = pages[first] else { return }
    for index in 0..<count {
      guard let other = pages[first + index], other.protection == page.protection, other.source == page.source,
        page.source == 0 || other.filePage == page.filePage + index
      else { return }
    }
    log +=
      "1 mremap(\(address(first)), \(count << 12), \(newCount << 12), MREMAP_MAYMOVE|MREMAP_FIXED, \(address(new)))"
    log += " = \(address(new))\n"
    for index in 0..<newCount {
      pages[new + index] = Page(
        protection: page.protection, source: page.source, filePage: page.source == 0 ? 0 : page.filePage + index)
    }
    for index in 0..<count { pages[first + index] = nil }
  }

  /// Whether the kernel makes one area of a page and the next one.
  func joins(_ page: UInt64) -> Bool {
    guard let one = pages[page], let other = pages[page + 1] else { return false }
    return one.protection == other.protection && one.source == other.source
      && (one.source == 0 || one.filePage + 1 == other.filePage)
  }

  /// What is wrong with a content; nil for nothing.
  func fault(in content: PageContent) -> String? {
    for page in 0...Self.pageCount * 2 {
      if (pages[page] == nil) != (content.pages[page] == nil) { return "page \(page) is mapped in one of them alone" }
      guard let entry = content.pages[page], let next = content.pages[page + 1] else { continue }
      if joins(page) != (entry == next) { return "a border after page \(page) is in one of them alone" }
    }
    let beyond = content.pages.keys.filter { $0 > Self.pageCount * 2 }
    return beyond.isEmpty ? nil : "pages are mapped that no call named"
  }
}

@Suite("Import of strace logs: against a model of pages")
struct ImportStraceModelTests {
  @Test("The tree has a border where the process has one, and no other", arguments: 0..<60)
  func agrees(seed: Int) throws {
    var model = PageModel(seed: UInt64(seed))
    var calls = 0
    while calls < 40 {
      calls += 1
      model.step()
      if model.log.isEmpty { continue }
      let scripts = try StraceImport.scripts(from: Array(model.log.utf8), file: "log")
      let fault = model.fault(in: PageContent(scripts[0].script.operations))
      #expect(fault == nil, "after \(calls) calls:\n\(model.log)")
      if fault != nil { return }
    }
  }

  @Test("A child's tree is its parent's, with entries of its own", arguments: 0..<20)
  func child(seed: Int) throws {
    var model = PageModel(seed: UInt64(seed))
    for _ in 0..<40 { model.step() }
    model.log += "1 fork() = 2\n"
    let scripts = try StraceImport.scripts(from: Array(model.log.utf8), file: "log")
    let parent = PageContent(scripts[0].script.operations)
    let child = PageContent(scripts[1].script.operations)
    #expect(model.fault(in: parent) == nil)
    #expect(model.fault(in: child) == nil)
    #expect(!child.pages.isEmpty)
    #expect(Set(parent.pages.values).isDisjoint(with: child.pages.values))
  }

  @Test("The comparison finds a script that lacks its last store")
  func comparisonFinds() throws {
    var found = 0
    for seed in 0..<20 as Range<UInt64> {
      var model = PageModel(seed: seed)
      for _ in 0..<40 { model.step() }
      let operations = try StraceImport.scripts(from: Array(model.log.utf8), file: "log")[0].script.operations
      if model.fault(in: PageContent(operations.dropLast())) != nil { found += 1 }
    }
    #expect(found >= 15)
  }
}
