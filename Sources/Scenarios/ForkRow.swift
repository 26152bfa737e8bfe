import AddressSpaceModel
import Operations
import RangeMapCore

/// A line of a fork script, whatever it is: text, bytes, mutation, the dictionary and the table of
/// `docs/FORK-SCRIPTS.md` come from its row.
struct ForkLine: Sendable {
  var operation = ForkOperation(.vma)
  var expectedLaw = ForkLaw.allCases[0]

  init() {}
  init(_ operation: ForkOperation) { self.operation = operation }

  /// The rows: those of the kinds of operations in their order, then the others.
  static let table = LineTable(
    ForkOperation.Kind.allCases.map(row) + [
      LineForm([.word("expect"), .word("clean")], "the last line: no fork breaks a law"),
      LineForm(
        [.word("expect"), .word("violation"), .value(\.expectedLaw, .oneOf(ForkLaw.allCases, "LAW"))],
        "the last line: some fork breaks that law, and maybe others; the run ends with it"),
      LineForm([.word("tree"), .word("tiny")], "the first line: the tree has nodes of a few slots"),
    ])
  static let (cleanPlace, violationPlace, treePlace) = (
    ForkOperation.Kind.allCases.count, ForkOperation.Kind.allCases.count + 1, ForkOperation.Kind.allCases.count + 2
  )

  private static let failure = LinePart<ForkLine>.option(
    "fail", \.operation.trial.failure.index, .number("the number of a step", in: 1...1 << 40), default: 0,
    then: [
      .option("of", \.operation.trial.failure.steps, .failureSteps, default: .all),
      .optionalWord("forever", \.operation.trial.failure.forever),
    ])

  private static let observation = LinePart<ForkLine>.option(
    "observe", \.operation.trial.observer, .oneOf(ForkObserver.allCases, "OBSERVER"),
    then: [.option("at", \.operation.trial.observedStep, .number("the number of a step", in: 1...1 << 40))])

  /// The line of a call of which a step may fail, and at which somebody may look.
  private static func call(_ word: String, _ operands: [LinePart<ForkLine>], _ meaning: String) -> LineForm<ForkLine> {
    LineForm([.word(word)] + operands + [failure, observation], meaning)
  }

  private static let range = LinePart<ForkLine>.value(\.operation.request.range, .pages)
  private static let address = LinePart<ForkLine>.value(\.operation.address, .address)

  /// What a `fork` line says of a failure; `nil` of none.
  static func text(_ failure: ForkFailure) -> String? {
    Self.failure.text(ForkLine(.fork(ForkTrial(design: .oneByOne, failure: failure))))
  }

  private static func row(_ kind: ForkOperation.Kind) -> LineForm<ForkLine> {
    switch kind {
    case .vma:
      call(
        "vma",
        [
          range, .flags(.named),
          .option(
            "file", \.operation.request.file, .number("a file's number", in: 0...ForkLimits.files - 1),
            then: [
              .option("at", \.operation.request.filePage, .number("a page of the file", in: 0...1 << 40), default: 0)
            ]),
          .optionalWord("policy", \.operation.hasPolicy),
        ],
        """
        maps the range in the place of what is there; neighbours that agree become one vma. `file 3 at 5`: page 5 of \
        file 3 comes first; files are 0 to 15. `policy`: the vma gets a memory policy of its own
        """)
    case .touch:
      call(
        "touch",
        [
          .value(\.operation.request.range, .pages(upTo: ForkLimits.touchedPages)),
          .option("order", \.operation.order, .number("an order", in: 0...ForkLimits.order), default: 0),
        ],
        """
        gives each page of the range that has none a page of memory. Private memory without a file, and without \
        `userfault`, gets folios of 2 to the power of `order` pages if they fit
        """)
    case .pin:
      LineForm([.word("pin"), address], "pins the page at an address, so that a fork has to copy it")
    case .unmap: call("unmap", [range], "as the system call `munmap`")
    case .protect: call("protect", [range, .flags(.protection)], "as the system call `mprotect`")
    case .fork:
      LineForm(
        [
          .word("fork"),
          .value(
            \.operation.trial.design, .oneOf(ForkDesignName.allCases, "DESIGN", former: ForkDesignName.formerNames)),
          .option("batch", \.operation.trial.batch, .number("a number of pages", in: 1...512), default: 1),
          failure, observation,
        ],
        """
        forks once; the child is torn down, whether the fork failed or not, and all laws are checked. The parent stays \
        for the next `fork` line
        """)
    case .swap:
      LineForm(
        [
          .word("swap"), .value(\.operation.request.range, .pages(upTo: ForkLimits.touchedPages)),
          .optionalWord("full", \.operation.isFull),
        ],
        """
        takes each page of the range that is private, written to, and a folio of its own out to swap. `full`: so many \
        others refer to its slot that one more reference needs memory; the model counts one
        """)
    case .remap:
      call(
        "remap",
        [
          range, .word("to"), .value(\.operation.target, .address),
          .option("size", \.operation.size, .number("a number of bytes", in: 1...AddressLayout.userEnd), default: 0),
          .optionalWord("keep", \.operation.keepsOld),
        ],
        """
        as the system call `mremap`: moves the range in the place of what is there. A range that goes to its own start \
        stays, and becomes longer or shorter. `keep`: the old place stays mapped, without its pages. 7.x moves several \
        areas at once
        """)
    case .brk: call("brk", [address], "as the system call; the first one says where the heap begins")
    case .grow: call("grow", [address], "lets the stack above an address grow down to it, as a fault there does")
    case .lock: call("lock", [range], "as the system call `mlock`")
    case .unlock: call("unlock", [range], "as the system call `munlock`")
    case .advise:
      call(
        "advise", [range, .value(\.operation.advice, .oneOf(MemoryAdvice.allCases, "ADVICE"))],
        "as the system call `madvise`")
    case .limit:
      LineForm(
        [
          .word("limit"), .word("maps"),
          .value(\.operation.areaLimit, .number("a number of areas", in: 1...1 << 20)),
        ], "from here on there may be so many areas: `vm.max_map_count`")
    }
  }
}

extension LineValue {
  /// The raw value of a case.
  fileprivate static func oneOf(
    _ cases: [Value], _ syntax: String, former: [(word: String, value: Value)] = []
  ) -> Self
  where Value: RawRepresentable<String> & Equatable {
    Self(syntax, oneOf: cases.map { ($0.rawValue, $0) }, former: former)
  }
}

extension LineValue where Value == UInt64 {
  /// An address that a process can have.
  fileprivate static var address: Self {
    .number("an address", in: 0...AddressLayout.userEnd - 1, isHexadecimal: true)
  }
}

extension LineValue where Value == KeyRange {
  fileprivate static var pages: Self { pages(upTo: .max) }

  /// Whole pages that a process can map.
  fileprivate static func pages(upTo greatest: UInt64) -> Self {
    let shift = AddressLayout.pageShift
    let bound = greatest == .max ? "" : ", \(greatest) at most"
    return Self(
      "RANGE", "a range of whole pages below 0x7ffffffff000, such as 0x1000...0x2fff\(bound)",
      read: { bytes, _ in
        guard let range = ScriptReader.range(bytes), range.last < .max,
          let pages = KeyRange(start: range.first, end: range.last + 1), pages.countLessOne >> shift < greatest
        else { return nil }
        return pages
      },
      text: { "\($0)" },
      code: LineCode(
        write: { range, writer in
          writer.append(number: range.first)
          writer.append(number: range.countLessOne >> shift)
        },
        read: { reader in
          let start = (reader.number() % AddressLayout.userEnd) >> shift
          let count = 1 + reader.number() % min(greatest, AddressLayout.userEnd >> shift - start)
          return KeyRange(start << shift, (start + count) << shift - 1)
        }))
  }
}

extension LineValue where Value == ForkFailure.Steps {
  /// The kinds of steps, and the requests for nodes.
  fileprivate static var failureSteps: Self {
    let steps = FailureKind.allCases.map(Value.of) + [.nodeRequests]
    return Self("STEP", oneOf: steps.map { ($0.word, $0) })
  }
}

extension LinePart where Line == ForkLine {
  /// Flags of a vma, which errors call just that.
  fileprivate static func flags(_ flags: VmaFlags) -> Self {
    .flags(
      VmaFlags.names.filter { flags.contains($0.flag) }.map { ($0.name, \.operation.request.flags[$0.flag]) },
      syntax: "FLAG", description: "a flag")
  }
}

extension VmaFlags {
  /// Those that scripts can set.
  fileprivate static let named = names.reduce(into: VmaFlags()) { $0.formUnion($1.flag) }

  fileprivate subscript(flag: VmaFlags) -> Bool {
    get { contains(flag) }
    set { if newValue { insert(flag) } else { remove(flag) } }
  }
}

extension ForkTrial {
  fileprivate var observer: ForkObserver? {
    get { observation?.observer }
    set { observation = newValue.map { ForkObservation($0, step: observation?.step) } }
  }

  fileprivate var observedStep: Int? {
    get { observation?.step }
    set { observation?.step = newValue }
  }
}

extension ForkFailure {
  /// What a `fork` line says of it; `nil` if nothing fails.
  var text: String? { ForkLine.text(self) }
}

extension ForkFailure.Steps {
  /// The steps as scripts write them; `step` for all.
  public var word: String {
    switch self {
    case .all: "step"
    case .of(let kind): kind.word
    case .nodeRequests: "node-request"
    }
  }
}

extension FailureKind {
  /// The kind as scripts write it.
  public var word: String {
    switch self {
    case .lock: "lock"
    case .signal: "signal"
    case .treeNode: "tree"
    case .charge: "charge"
    case .vma: "vma"
    case .policy: "policy"
    case .userfaultContext: "userfault"
    case .anonVma: "anon-vma"
    case .hook: "hook"
    case .pageTablePage: "page-table"
    case .folio: "folio"
    case .pageContents: "page-contents"
    case .swapContinuation: "swap-continuation"
    }
  }
}
