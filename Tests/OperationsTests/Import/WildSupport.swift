import Foundation
import RangeMapCore
import Support

@testable import Operations

/// Where the logs and lists are that are written as people have them, found from this file.
let wildFolder = ProjectFolder.ofSource().appending(path: "Tests/OperationsTests/Import/Wild")

func wildBytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: wildFolder.appending(path: name))) }

/// What a log leaves mapped: for each process its number and its areas, one a line.
func areas(of bytes: [UInt8], file: String) throws(ScriptError) -> [String] {
  let log = try StraceImport(from: bytes, file: file)
  return zip(log.processes, log.areas).map { process, areas in
    ["\(process):"].joined() + areas.map { " " + text(of: $0) }.joined(separator: ",")
  }
}

/// `0x10...0x11 rw-s @2 locked`: pages, protection, whether shared, the page of an object, and other attributes.
private func text(of area: MemoryArea) -> String {
  let attributes = area.attributes
  var text = String(area.pages.first, radix: 16)
  if area.pages.last != area.pages.first { text += "...\(String(area.pages.last, radix: 16))" }
  text += " "
  text += attributes.contains(.readable) ? "r" : "-"
  text += attributes.contains(.writable) ? "w" : "-"
  text += attributes.contains(.executable) ? "x" : "-"
  text += attributes.contains(.shared) ? "s" : "p"
  if case .object(_, let firstPage) = area.backing { text += " @\(String(firstPage, radix: 16))" }
  for (name, attribute) in attributeNames where attributes.contains(attribute) { text += " \(name)" }
  for (name, field, shift) in [
    ("key", MemoryAttributes.protectionKeys, 32), ("name", .names, 37), ("policy", .policies, 52),
  ] {
    let number = attributes.intersection(field).rawValue >> UInt64(shift)
    if number != 0 { text += " \(name)=\(number)" }
  }
  return text
}

private let attributeNames: [(String, MemoryAttributes)] = [
  ("no-reserve", .noReserve), ("locked", .locked), ("grows-down", .growsDown), ("not-inherited", .notInherited),
  ("wiped", .wipedOnFork), ("not-dumped", .notDumped), ("huge", .hugePages), ("no-huge", .noHugePages),
  ("mergeable", .mergeable), ("random", .randomAccess), ("sequential", .sequentialAccess), ("pooled", .pooledHugePages),
  ("sealed", .sealed), ("on-fault", .lockedOnFault), ("shadow", .shadowStack), ("droppable", .droppable),
  ("guarded", .guarded), ("tagged", .tagged),
]
