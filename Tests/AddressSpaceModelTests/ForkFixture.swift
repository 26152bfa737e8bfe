import MapleTreeModule
import RangeMapCore
import Testing

@testable import AddressSpaceModel

typealias TreeBench = ForkBench<MapleTreeSubject>

/// An address space that has one of each kind: shared and private files, a heap, a stack, memory that is not
/// inherited, wiped,
/// locked, with a policy, with a large folio. Two of its mappings lie under one lowest page table.
func makeParent() throws -> TreeSpace {
  var space = makeSpace()
  let machine = space.machine
  let files = [machine.newFile(), machine.newFile()]
  try space.map(MappingRequest(pages(0x400, 0x403), [.readable, .executable], file: files[0]))
  try space.map(MappingRequest(pages(0x404, 0x405), [.readable, .writable], file: files[0], filePage: 4))
  try space.map(MappingRequest(pages(0x500, 0x53f), [.readable, .writable]))
  try space.map(MappingRequest(pages(0x600, 0x603), [.readable, .writable, .dontCopy]))
  try space.map(MappingRequest(pages(0x700, 0x703), [.readable, .writable, .wipeOnFork]))
  try space.map(MappingRequest(pages(0x10_0000, 0x10_0003), [.readable, .writable, .shared], file: files[1]))
  try space.map(MappingRequest(pages(0x10_0010, 0x10_0013), [.readable, .writable, .locked]))
  try space.map(MappingRequest(pages(0x20_0000, 0x20_0001), [.readable, .writable, .userfault]))
  try space.map(MappingRequest(pages(0x7_f000_0000, 0x7_f000_0003), [.readable, .writable, .special]))
  try space.map(MappingRequest(pages(0x7_ffff_0000, 0x7_ffff_0007), [.readable, .writable, .growsDown]))
  for vma in space.vmas() where machine[vma].flags.contains(.special) { #expect(machine.newPolicy(for: vma)) }
  try space.touch(pages(0x404, 0x405))
  try space.touch(pages(0x500, 0x53f), order: 4)
  try space.touch(pages(0x600, 0x600))
  try space.touch(pages(0x700, 0x701))
  try space.touch(pages(0x10_0000, 0x10_0001))
  try space.touch(pages(0x10_0010, 0x10_0010))
  try space.touch(pages(0x7_ffff_0006, 0x7_ffff_0007))
  #expect(space.inconsistencies() == [])
  return space
}

/// Forks with each failure that a design can meet, each once and for ever, and a fresh parent after one that was
/// spoiled.
func forkWithEachFailure(
  _ options: ForkOptions, _ body: (ForkFailure, ForkOutcome) throws -> Void
) throws {
  var bench = TreeBench(parent: try makeParent())
  for failure in try allFailures(options.design) {
    if bench.isSpoiled { bench = TreeBench(parent: try makeParent()) }
    try body(failure, bench.run(options, failure: failure))
  }
}

/// What a fork of a fresh parent came to.
func forkFresh(_ options: ForkOptions, _ failure: ForkFailure = .none) throws -> ForkOutcome {
  var bench = TreeBench(parent: try makeParent())
  return bench.run(options, failure: failure)
}

/// All failures that a fork in a design can meet, each once and for ever.
func allFailures(_ design: ForkDesignName) throws -> [ForkFailure] {
  let outcome = try forkFresh(ForkOptions(design: design))
  var failures: [ForkFailure] = []
  for forever in [false, true] {
    for index in 1...outcome.steps.steps { failures.append(.step(index, kind: nil, forever: forever)) }
    for index in 1...outcome.nodeRequests { failures.append(.nodeRequest(index, forever: forever)) }
  }
  return failures
}
