// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets have no main function of their own, which `swift test` cannot link: they exist only when asked for.
let fuzzing = Context.environment["MAPLECHECK_FUZZ"] != nil

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let fuzzTarget: [SwiftSetting] = strict + [.unsafeFlags(["-parse-as-library"])]
// Only linked with the sanitizers: what they watch is the subject, and not the harness and the oracle beside it.
let fuzzerRuntime: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]

var targets: [Target] = [
  .target(name: "RangeMapCore", swiftSettings: strict),
  .systemLibrary(name: "CPrefetch"),
  .target(name: "MapleTreeModule", dependencies: ["CPrefetch", "RangeMapCore"], swiftSettings: strict),
  // The tree's sources again, built to count visits and allocations, which the tree itself does not pay for.
  .target(
    name: "CountedMapleTree", dependencies: ["CPrefetch", "RangeMapCore"],
    swiftSettings: strict + [.define("MAPLE_COUNTS")]),
  // And once more, to show its accesses: readers are tried between any two of them.
  .target(
    name: "WitnessedMapleTree", dependencies: ["CPrefetch", "RangeMapCore"],
    swiftSettings: strict + [.define("MAPLE_WITNESS")]),
  .target(name: "SortedArrayOracle", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(
    name: "SeededDefects", dependencies: ["AddressSpaceModel", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .target(name: "Operations", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(name: "Support", swiftSettings: strict),
  .target(
    name: "Harness", dependencies: ["Operations", "SortedArrayOracle", "RangeMapCore", "Support"],
    swiftSettings: strict),
  .target(
    name: "Subjects",
    dependencies: [
      "SeededDefects", "ExternalSubject", "MapleTreeModule", "SortedArrayOracle", "Harness", "KernelFork", "Operations",
      "RangeMapCore", "Support",
    ],
    swiftSettings: strict),
  .target(
    name: "Checking",
    dependencies: [
      "Subjects", "Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "ExternalSubject",
      "AddressSpaceModel", "Scenarios", "Readers", "WitnessedMapleTree", "KernelFork", "Proofs", "RangeMapCore",
      "Workers", "Measuring", "Reports", "TestExport", "Support",
    ],
    swiftSettings: strict),
  .target(
    name: "Readers", dependencies: ["Harness", "Operations", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .target(name: "CSubjectABI"),
  .target(name: "CForkABI"),
  .target(name: "ExternalSubject", dependencies: ["CSubjectABI", "RangeMapCore"], swiftSettings: strict),
  .target(name: "CWorker", dependencies: ["CSubjectABI"]),
  .target(name: "Workers", dependencies: ["CWorker", "Support"], swiftSettings: strict),
  .target(name: "AddressSpaceModel", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(
    name: "Scenarios", dependencies: ["AddressSpaceModel", "Harness", "Operations", "RangeMapCore"],
    swiftSettings: strict),
  .target(
    name: "KernelFork", dependencies: ["CForkABI", "AddressSpaceModel", "Harness", "Scenarios", "RangeMapCore"],
    swiftSettings: strict),
  // No pkgConfig: it would link the library, which is opened when it is first needed.
  .systemLibrary(name: "CZ3", providers: [.apt(["libz3-dev"])]),
  .target(name: "SMT", dependencies: ["CZ3"], swiftSettings: strict),
  .target(
    name: "Proofs",
    dependencies: [
      "SMT", "MapleTreeModule", "Harness", "Operations", "Scenarios", "AddressSpaceModel", "SeededDefects",
      "SortedArrayOracle", "RangeMapCore", "Support", "Workers",
    ],
    swiftSettings: strict),
  .target(
    name: "TestExport",
    dependencies: ["Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .target(
    name: "Measuring",
    dependencies: [
      "MapleTreeModule", "CountedMapleTree", "ExternalSubject", "AddressSpaceModel", "KernelFork", "Scenarios",
      "Operations", "RangeMapCore", "Subjects", "Support",
    ],
    swiftSettings: strict),
  .target(
    name: "Reports",
    dependencies: [
      "Measuring", "CountedMapleTree", "MapleTreeModule", "Harness", "Operations", "Proofs", "RangeMapCore", "Support",
    ], swiftSettings: strict),
  // Linked statically it has a handful of mappings of its own, so that small sizes can be measured.
  .executableTarget(
    name: "RealFork", linkerSettings: [.unsafeFlags(["-static-executable"], .when(configuration: .release))]),
  .executableTarget(
    name: "KernelForkSweep", dependencies: ["KernelFork", "AddressSpaceModel"], swiftSettings: strict),
  .executableTarget(
    name: "maplecheck",
    dependencies: [
      "Harness", "Operations", "MapleTreeModule", "CountedMapleTree", "SortedArrayOracle", "ExternalSubject",
      "AddressSpaceModel", "Scenarios", "Readers", "Proofs", "SMT", "RangeMapCore", "Workers",
      "Measuring", "Reports", "TestExport", "Support", "Subjects", "Checking",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
  .testTarget(name: "RangeMapCoreTests", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .testTarget(name: "MapleTreeModuleTests", dependencies: ["MapleTreeModule", "RangeMapCore"], swiftSettings: strict),
  .testTarget(
    name: "SortedArrayOracleTests", dependencies: ["SortedArrayOracle", "RangeMapCore"], swiftSettings: strict),
  .testTarget(
    name: "OperationsTests", dependencies: ["Operations", "RangeMapCore", "Support"], exclude: ["Import/Wild"],
    swiftSettings: strict),
  .testTarget(
    name: "HarnessTests",
    dependencies: [
      "SeededDefects", "Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "RangeMapCore", "Support",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "ExternalSubjectTests",
    dependencies: [
      "ExternalSubject", "CSubjectABI", "Harness", "Operations", "MapleTreeModule", "RangeMapCore", "Support",
    ],
    exclude: ["ShownTree", "SortedList"], swiftSettings: strict),
  .testTarget(
    name: "AddressSpaceModelTests",
    dependencies: ["AddressSpaceModel", "MapleTreeModule", "SeededDefects", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .testTarget(
    name: "SeededDefectsTests", dependencies: ["SeededDefects", "Harness", "Operations", "RangeMapCore"],
    swiftSettings: strict),
  .testTarget(
    name: "KernelForkSweepTests", dependencies: ["KernelForkSweep", "Support"], swiftSettings: strict),
  .testTarget(
    name: "ScenariosTests",
    dependencies: [
      "Scenarios", "AddressSpaceModel", "Harness", "Operations", "MapleTreeModule", "CountedMapleTree",
      "SortedArrayOracle", "RangeMapCore", "Support",
    ],
    exclude: ["Traces"], swiftSettings: strict),
  .testTarget(
    name: "KernelForkTests",
    dependencies: [
      "KernelFork", "KernelForkSweep", "AddressSpaceModel", "Harness", "MapleTreeModule", "Scenarios", "RangeMapCore",
      "Support",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "MeasuringTests",
    dependencies: [
      "Measuring", "Reports", "AddressSpaceModel", "CountedMapleTree", "ExternalSubject", "MapleTreeModule",
      "Operations",
      "SortedArrayOracle", "RangeMapCore",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "SubjectsTests", dependencies: ["Subjects", "MapleTreeModule", "Support"], swiftSettings: strict),
  .testTarget(
    name: "CheckingTests",
    dependencies: [
      "Checking", "Harness", "MapleTreeModule", "Operations", "Proofs", "RangeMapCore", "Readers", "Subjects",
      "Support",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "ReadersTests",
    dependencies: [
      "Readers", "WitnessedMapleTree", "SeededDefects", "ExternalSubject", "Harness", "Operations", "RangeMapCore",
      "Support",
    ],
    swiftSettings: strict),
  .testTarget(name: "WorkersTests", dependencies: ["Workers"], swiftSettings: strict),
  .testTarget(name: "SMTTests", dependencies: ["SMT"], swiftSettings: strict),
  .testTarget(
    name: "ProofsTests",
    dependencies: [
      "Proofs", "SMT", "MapleTreeModule", "Harness", "Operations", "Scenarios", "AddressSpaceModel",
      "SeededDefects", "SortedArrayOracle", "RangeMapCore", "Support", "Workers",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "maplecheckTests",
    dependencies: [
      "SeededDefects", "maplecheck", "Harness", "Operations", "MapleTreeModule", "CountedMapleTree",
      "SortedArrayOracle",
      "AddressSpaceModel", "Scenarios", "Proofs", "SMT", "RangeMapCore", "Measuring", "Reports",
      "TestExport", "Support", "Subjects", "Checking",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
]

if fuzzing {
  targets += [
    // The tree's sources once more, with counters and the address sanitizer. Nothing of them may be inlined into a
    // module that has neither.
    .target(
      name: "InstrumentedMapleTree", dependencies: ["CPrefetch", "RangeMapCore"],
      swiftSettings: strict + [
        .define("MAPLE_SANITIZE"),
        .unsafeFlags([
          "-sanitize=address", "-sanitize-coverage=edge,inline-8bit-counters,pc-table", "-disable-cmo",
        ]),
      ]),
    .target(
      name: "FuzzEntry", dependencies: ["Harness", "Operations", "RangeMapCore", "Support"], swiftSettings: strict),
    .executableTarget(
      name: "FuzzTree",
      dependencies: ["SeededDefects", "FuzzEntry", "Harness", "InstrumentedMapleTree", "RangeMapCore"],
      swiftSettings: strict, linkerSettings: fuzzerRuntime),
    .executableTarget(
      name: "FuzzLibrary",
      dependencies: ["FuzzEntry", "Harness", "ExternalSubject", "RangeMapCore"],
      swiftSettings: strict, linkerSettings: fuzzerRuntime),
    .executableTarget(
      name: "FuzzFork",
      dependencies: [
        "FuzzEntry", "Scenarios", "AddressSpaceModel", "Harness", "MapleTreeModule", "RangeMapCore", "Support",
      ],
      swiftSettings: fuzzTarget),
    .executableTarget(
      name: "FuzzKernelFork",
      dependencies: ["FuzzEntry", "KernelFork", "AddressSpaceModel", "Scenarios", "Harness", "Operations", "Support"],
      swiftSettings: strict, linkerSettings: fuzzerRuntime),
    .executableTarget(name: "FuzzScript", dependencies: ["Harness", "Support"], swiftSettings: fuzzTarget),
  ]
}

let package = Package(
  name: "maplecheck",
  products: [
    .library(name: "MapleTreeModule", targets: ["MapleTreeModule", "RangeMapCore"]),
    .executable(name: "maplecheck", targets: ["maplecheck"]),
    .executable(name: "RealFork", targets: ["RealFork"]),
    .executable(name: "KernelForkSweep", targets: ["KernelForkSweep"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: targets
)
