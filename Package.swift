// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets have no main function of their own, which `swift test` cannot link: they exist only when asked for.
let fuzzing = Context.environment["MAPLECHECK_FUZZ"] != nil

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let fuzzTarget: [SwiftSetting] = strict + [.unsafeFlags(["-parse-as-library"])]

var targets: [Target] = [
  .target(name: "RangeMapCore", swiftSettings: strict),
  .target(name: "MapleTreeModule", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(name: "SortedArrayOracle", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(name: "Operations", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(name: "Harness", dependencies: ["Operations", "SortedArrayOracle", "RangeMapCore"], swiftSettings: strict),
  .target(name: "CSubjectABI"),
  .target(name: "ExternalSubject", dependencies: ["CSubjectABI", "RangeMapCore"], swiftSettings: strict),
  .target(name: "AddressSpaceModel", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .target(
    name: "Scenarios", dependencies: ["AddressSpaceModel", "Operations", "RangeMapCore"], swiftSettings: strict),
  .executableTarget(
    name: "maplecheck",
    dependencies: [
      "Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "ExternalSubject", "AddressSpaceModel",
      "Scenarios", "RangeMapCore",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
  .executableTarget(
    name: "Benchmarks", dependencies: ["MapleTreeModule", "ExternalSubject", "RangeMapCore"], swiftSettings: strict),
  .testTarget(name: "RangeMapCoreTests", dependencies: ["RangeMapCore"], swiftSettings: strict),
  .testTarget(name: "MapleTreeModuleTests", dependencies: ["MapleTreeModule", "RangeMapCore"], swiftSettings: strict),
  .testTarget(
    name: "SortedArrayOracleTests", dependencies: ["SortedArrayOracle", "RangeMapCore"], swiftSettings: strict),
  .testTarget(name: "OperationsTests", dependencies: ["Operations", "RangeMapCore"], swiftSettings: strict),
  .testTarget(
    name: "HarnessTests",
    dependencies: ["Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .testTarget(
    name: "ExternalSubjectTests",
    dependencies: ["ExternalSubject", "CSubjectABI", "Harness", "Operations", "MapleTreeModule", "RangeMapCore"],
    exclude: ["SortedList"], swiftSettings: strict),
  .testTarget(
    name: "AddressSpaceModelTests",
    dependencies: ["AddressSpaceModel", "MapleTreeModule", "SortedArrayOracle", "RangeMapCore"],
    swiftSettings: strict),
  .testTarget(
    name: "ScenariosTests",
    dependencies: [
      "Scenarios", "AddressSpaceModel", "Operations", "MapleTreeModule", "SortedArrayOracle", "RangeMapCore",
    ],
    swiftSettings: strict),
  .testTarget(
    name: "maplecheckTests",
    dependencies: [
      "maplecheck", "Harness", "Operations", "MapleTreeModule", "SortedArrayOracle", "AddressSpaceModel", "Scenarios",
      "RangeMapCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
]

if fuzzing {
  targets += [
    .executableTarget(
      name: "FuzzTree",
      dependencies: ["Harness", "Operations", "MapleTreeModule", "ExternalSubject", "RangeMapCore"],
      swiftSettings: fuzzTarget),
    .executableTarget(
      name: "FuzzFork",
      dependencies: ["Scenarios", "AddressSpaceModel", "Harness", "MapleTreeModule", "RangeMapCore"],
      swiftSettings: fuzzTarget),
    .executableTarget(name: "FuzzScript", dependencies: ["Harness"], swiftSettings: fuzzTarget),
  ]
}

let package = Package(
  name: "maplecheck",
  products: [
    .library(name: "MapleTreeModule", targets: ["MapleTreeModule", "RangeMapCore"]),
    .executable(name: "maplecheck", targets: ["maplecheck"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: targets
)
